import { expect, test } from "vitest";
import { pythonIn } from "#pipelines/plan/python/image-python.ts";

test.each([
  ["python:3.12-slim", "3.12"],
  ["docker.io/library/python:3.12.4-alpine3.20@sha256:00", "3.12"],
  ["registry.example.com:5000/mirror/python:3.9", "3.9"],
  ["public.ecr.aws/lambda/python:3.11", "3.11"],
  ["public.ecr.aws/lambda/python:3.13-arm64", "3.13"],
  ["mcr.microsoft.com/devcontainers/python:1-3.12-bookworm", "3.12"],
  ["bitnami/python:3.10.14-debian-12-r4", "3.10"],
  ["cgr.dev/chainguard/python:3.12-dev", "3.12"],
  ["ghcr.io/astral-sh/uv:python3.12-bookworm-slim", "3.12"],
  ["ghcr.io/astral-sh/uv:0.5.1-python3.13-alpine", "3.13"],
  ["tiangolo/uvicorn-gunicorn-fastapi:python3.11-slim", "3.11"],
  ["mcr.microsoft.com/azure-functions/python:4-python3.11", "3.11"],
  ["registry.access.redhat.com/ubi9/python-312:1-77", "3.12"],
  ["gcr.io/distroless/python3-debian12:nonroot", "3.11"],
  ["quay.io/sclorg/python-311-c9s", "3.11"],
])("%s has Python %s", (image, version) => {
  expect(pythonIn(image)).toBe(version);
});

test.each([
  "",
  "scratch",
  "python",
  "python:latest",
  "python:3",
  "python:3-slim",
  `python@sha256:${"0".repeat(64)}`,
  "python:$VERSION",
  "debian:12.3",
  "ubuntu:24.04",
  "alpine:3.20",
  "pypy:3.10-slim",
  "node:22-alpine3.20",
  "company/happy3.4:1",
])("%s does not tell its Python", (image) => {
  expect(pythonIn(image)).toBeUndefined();
});
