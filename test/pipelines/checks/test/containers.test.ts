import { expect, test } from "vitest";
import { blameContainer } from "#pipelines/checks/test/containers.ts";

const hosts = ["postgres", "redis"];
const ended = (exitCode: number) => Object.assign(new Error("failed"), { exitCode, cmd: ["python"] });

test.each([
  {
    what: "an engine that names it",
    error: new Error("bound service k1 (aliased as redis) exited: exit code: 1"),
  },
  { what: "one that ends at its start", error: new Error("start k1 (aliased as redis): exit code: 1") },
  {
    what: "one among other words",
    error: new Error("! start k1 (aliased as redis): health check errored: x"),
  },
])("$what: that one is blamed", ({ error }) => {
  expect(blameContainer(error, hosts)).toEqual(["redis"]);
});

test.each([
  { what: "a run without an exit code", error: ended(-1) },
  { what: "a name that nobody gave", error: new Error("bound service k1 (aliased as www) exited") },
])("$what: any may be to blame", ({ error }) => {
  expect(blameContainer(error, hosts)).toEqual(hosts);
});

test.each([
  { what: "a tool that failed", error: ended(1) },
  { what: "a tool that ended by a signal", error: ended(137) },
  { what: "an image that is not to be had", error: new Error("failed to resolve image") },
  { what: "no error at all", error: "aliased as redis" },
])("$what: none is blamed", ({ error }) => {
  expect(blameContainer(error, hosts)).toEqual([]);
});
