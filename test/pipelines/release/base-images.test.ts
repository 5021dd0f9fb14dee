import { expect, test } from "vitest";
import { baseNames } from "../../../pipelines/release/base-images.ts";

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
  ["a name that nobody knows", "FROM $BASE", []],
  ["none", "# FROM a\n", []],
  ["a line end of Windows", "FROM a\r\n", ["a"]],
])("names the images that a Dockerfile builds on: %s", (_, dockerfile, names, args = {}) => {
  expect(baseNames(dockerfile, args)).toEqual(names);
});
