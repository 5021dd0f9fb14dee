import { expect, test } from "vitest";
import { $ } from "zx";
import { provenancePredicate } from "#pipelines/release/attest/provenance.ts";
import { testResultPredicate } from "#pipelines/release/attest/test-result.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { goTool } from "../../../../ci/engine/go-tool.ts";
import { check } from "../../samples.ts";
import { build } from "../samples.ts";

/** Holds a predicate against the specification's own library, which takes no field that it does not know. */
async function accepted(kind: string, predicate: object): Promise<string> {
  const input = JSON.stringify(predicate);
  const { exitCode, stderr } = await $({
    quiet: true,
    nothrow: true,
    input,
  })`${await goTool("predicate-check")} ${kind}`;
  return exitCode === 0 ? "accepted" : stderr;
}

test("a provenance is of the published shape", async () => {
  expect(await accepted("provenance", provenancePredicate(build()))).toBe("accepted");
  const bare = build({ ref: undefined, target: undefined, invocation: undefined, arguments: {}, images: [] });
  expect(await accepted("provenance", provenancePredicate(bare))).toBe("accepted");
  expect(await accepted("provenance", { ...provenancePredicate(build()), more: 1 })).toContain(
    "unknown field",
  );
  expect(await accepted("provenance", {})).toContain("required");
});

test("a test result is of the published shape", async () => {
  const verdict = verdictOf([check({ name: "orders/ruff" }), check({ name: "scan", outcome: "failed" })]);
  const predicate = testResultPredicate(
    verdict,
    [{ name: "slipway.yaml", digest: `sha256:${"2".repeat(64)}` }],
    "https://ci.example.com/1",
  );
  expect(await accepted("test-result", predicate)).toBe("accepted");
  expect(await accepted("test-result", { ...predicate, result: 1 })).not.toBe("accepted");
});
