import { expect, test } from "vitest";
import { pluginsFor, pytestFlags } from "#modules/python/src/pytest-flags.ts";

test("nothing asked for is no argument and no plugin", () => {
  expect(pytestFlags({ parallel: false, retries: 0 })).toEqual([]);
  expect(pluginsFor({ parallel: false, retries: 0 })).toEqual([]);
});

test("everything asked for is an argument each, and no path is an option", () => {
  const choice = {
    paths: ["tests/unit", "-x"],
    markers: "not slow",
    parallel: 4,
    retries: 2,
    testTimeout: 30,
    branches: true,
  };
  expect(pytestFlags(choice)).toEqual([
    "-m",
    "not slow",
    "--numprocesses=auto",
    "--maxprocesses=4",
    "--reruns=2",
    "--timeout=30",
    "--cov-branch",
    "./tests/unit",
    "./-x",
  ]);
  expect(pluginsFor(choice)).toEqual(["timeout", "xdist", "rerunfailures"]);
});

test("a shard is a part of an order that nothing may change", () => {
  const choice = { shard: { index: 2, of: 3 } };
  expect(pytestFlags(choice)).toEqual(["--splits=3", "--group=2", "-p", "no:randomly"]);
  expect(pluginsFor(choice)).toEqual(["split"]);
});

test("auto is as many processes as cores", () => {
  expect(pytestFlags({ parallel: "auto" })).toEqual(["--numprocesses=auto"]);
});
