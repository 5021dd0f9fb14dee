import { Secret } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { assertCopies, assertLogin } from "#pipelines/release/publish/replicas.ts";

describe("one login", () => {
  const login = { username: "ada", password: new Secret() };
  test.each([
    [["a.example/shop", "b.example/shop"]],
    [["a.example:5000/shop", "a.example/shop"]],
    [["shop", "a.example/shop"]],
  ])("goes to no two registries: %j", (replicas) => {
    expect(() => assertLogin(replicas, login)).toThrow(/^ARGUMENT_INVALID: /);
    expect(() => assertLogin(replicas, { password: new Secret() })).toThrow(/^ARGUMENT_INVALID: /);
    expect(() => assertLogin(replicas, {})).not.toThrow();
  });
  test.each([[["a.example/shop", "a.example/copies"]], [["shop", "docker.io/shop"]], [[]]])(
    "is for one: %j",
    (replicas) => {
      expect(() => assertLogin(replicas, login)).not.toThrow();
    },
  );
});

describe("two images in a replica", () => {
  const services = (one: string, other: string) =>
    readConfig(
      `services:\n  one: {path: one, image: {name: ${one}}}\n  two: {path: two, image: {name: ${other}}}\n  three: {path: three, image: false}\n`,
      "slipway.yaml",
    ).services;
  test("of the same last name would be one copy", () => {
    const both = services("a.example/a/app", "a.example/b/app");
    expect(() => assertCopies(["r.example/copies"], both)).toThrow(/^CONFIG_INVALID: .*copies\/app/);
    expect(() => assertCopies([], both)).not.toThrow();
  });
  test("of names of their own are two", () => {
    expect(() => assertCopies(["r.example/x", "r.example/y"], services("a/one", "a/two"))).not.toThrow();
  });
});
