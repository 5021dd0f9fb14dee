import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { runCheck } from "#pipelines/verdict/run-check.ts";
import { session } from "../../session.ts";

const gates = { coverage: 80, severity: [], ignoreUnfixed: false };
const lost = "failed to resolve source metadata for docker.io/library/x: lease does not exist: not found";

/** How a check ends whose first tries fail by these messages, and how many tries there were. */
function tried(...messages: readonly string[]) {
  return session(async () => {
    let tries = 0;
    const { check } = await runCheck({ kind: "scan", gates }, async () => {
      const message = messages[tries];
      tries += 1;
      if (message !== undefined) throw new Error(message);
      return { reports: dag.directory(), read: async () => ({ findings: [] }) };
    });
    return [check.outcome, tries];
  });
}

test("a check whose image came too late for the engine is made again, once", async () => {
  expect(await tried()).toEqual(["passed", 1]);
  expect(await tried(lost)).toEqual(["passed", 2]);
  expect(await tried(lost, lost)).toEqual(["errored", 2]);
  expect(await tried("not found")).toEqual(["errored", 1]);
});
