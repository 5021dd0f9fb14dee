import { expect, test } from "vitest";
import { baseNames } from "#pipelines/release/attest/base-images.ts";

test.each<[what: string, dockerfile: string, names: readonly string[], args?: Record<string, string>]>([
  ["one", "FROM python:3.13-slim\nRUN true\n", ["python:3.13-slim"]],
  [
    "stages, each once",
    "FROM a AS build\nFROM --platform=$BUILDPLATFORM a\nFROM build as two\nfrom two\nFROM scratch",
    ["a"],
  ],
  ["a default of an argument", 'ARG V="3.13"\nFROM python:\u0024{V}-slim', ["python:3.13-slim"]],
  ["an argument of the call", "ARG V=3.13\nFROM python:$V", ["python:3.11"], { V: "3.11" }],
  ["a fallback", "FROM python:\u0024{V:-3.12}", ["python:3.12"]],
  ["a default of another", "ARG V=3.13 S=slim\nARG B=python:\u0024{V}-$S\nFROM $B", ["python:3.13-slim"]],
  ["what is copied", "FROM a AS one\nCOPY --chown=1 --from=b:1 /x /\nADD --from=c /x /", ["a", "b:1", "c"]],
  ["no stages", "FROM a AS One\nFROM a\nCOPY --from=one /x /\nCOPY --from=0 /x /\nCOPY . --from=b", ["a"]],
  [
    "what is mounted",
    "FROM a\nRUN --mount=type=cache,target=/c --mount=type=bind,from=b:1,target=/b \\\n  --mount=from=c,target=/c true --mount=from=d",
    ["a", "b:1", "c"],
  ],
  ["what reads it", "# check=skip=all\n# syntax = docker/dockerfile:1\nFROM a", ["docker/dockerfile:1", "a"]],
  ["no comment below", "# a word\n# syntax=docker/dockerfile:1\nFROM a", ["a"]],
  ["none", "# FROM a\n", []],
  ["a line end of Windows", "FROM a\r\n", ["a"]],
])("names the images that a Dockerfile builds on: %s", (_, dockerfile, names, args = {}) => {
  expect(baseNames(dockerfile, args)).toEqual({ names, unresolved: [] });
});

test("tells which names it cannot tell", () => {
  expect(
    baseNames("FROM $BASE\nFROM a\nCOPY --from=$BASE /x /\nCOPY --from=b-\u0024{ARCH} /x /", {}),
  ).toEqual({
    names: ["a"],
    unresolved: ["$BASE", "b-\u0024{ARCH}"],
  });
});
