import { expect, test } from "vitest";
import { codedError } from "#modules/gitops/src/errors.ts";
import { environments } from "#pipelines/config/environments.ts";
import { assertOneServer } from "#pipelines/deliver/servers.ts";
import { stopped, wavesOf } from "#pipelines/deliver/waves.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";

/** Regions: `a` first, then b and c, then d after b. */
const settings = environments.parse({
  s: { overlays: ["s"] },
  a: { after: "s", overlays: ["a"], argocd: { server: "one", applications: ["a"] } },
  b: { after: "a", overlays: ["b"], argocd: { server: "one", applications: ["b"] } },
  c: { after: "a", overlays: ["c"], argocd: { server: "two", applications: ["c"] } },
  d: { after: "b", overlays: ["d"] },
});
const stages = Object.entries(settings).map(([name, each]) => ({ name, settings: each }));
const names = (...to: string[]) => wavesOf({ stages }, to).map((wave) => wave.map(({ name }) => name));

test("environments go in the order in which they come after one another, whatever the order of their names", () => {
  expect(names("d", "c", "b", "a")).toEqual([["a"], ["c", "b"], ["d"]]);
  expect(names("b", "c")).toEqual([["b", "c"]]);
  expect(names("d", "c")).toEqual([["d", "c"]]);
});

test("one that is left out between two others is named: it would hand on what it has", () => {
  expect(() => names("d", "a")).toThrow(
    /^ARGUMENT_INVALID: --to leaves out what comes between a and d: b\. Name it too, or promote to d by a call/,
  );
  expect(() => names("a", "nowhere")).toThrow(/^ENVIRONMENT_NOT_FOUND/);
});

test("an error names what failed, what is done and what was not begun, whoever threw it", () => {
  const error = stopped(
    [
      { name: "b", error: codedError("PUSH_TIMED_OUT", "the server is away", "Try again.") },
      { name: "c", error: new SlipwayError("CONFIRMATION_FAILED", "c is not confirmed", "Go back.") },
    ],
    [{ to: { environment: "a", commit: "", applications: [], images: [], seconds: 0 } }],
    stages.filter(({ name }) => name === "d"),
  );
  expect(error.message).toBe(
    "CONFIRMATION_FAILED: c is not confirmed; PUSH_TIMED_OUT: the server is away. Try again; failed: b, c; promoted: a; not begun: d. Go back.",
  );
  expect(stopped([{ name: "b", error: new Error("engine gone") }], [], []).message).toMatch(
    /^TOOL_FAILED: engine gone; failed: b\. Look at the environments with `status`; the same call goes on\.$/,
  );
});

test("a service of the call stands for one server alone", () => {
  const service = {} as never;
  const of = (...which: string[]) => stages.filter(({ name }) => which.includes(name));
  expect(() =>
    assertOneServer(of("b", "c"), [], { argocdAccess: { service }, prometheusAccess: {} }),
  ).toThrow(
    /^ARGUMENT_INVALID: --argocd-service stands for one server, and slipway\.yaml names one and two for b, c/,
  );
  expect(() =>
    assertOneServer(of("a", "b"), [], { argocdAccess: { service }, prometheusAccess: {} }),
  ).not.toThrow();
  expect(() => assertOneServer(of("b", "c"), [], { argocdAccess: {}, prometheusAccess: {} })).not.toThrow();
});
