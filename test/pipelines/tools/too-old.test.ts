import { expect, test } from "vitest";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { ruffFormat } from "#pipelines/tools/ruff-format/tool.ts";
import { tooOldOr } from "#pipelines/tools/too-old.ts";

const failure = new SlipwayError("TOOL_FAILED", "ruff ended with exit code 2", "Read output.txt.");

test("a failure of a version that is too old says so, with the oldest one that works", () => {
  const error = tooOldOr(failure, ruffFormat, { version: "0.1.1" });
  expect(error).toMatchObject({ code: "TOOL_TOO_OLD" });
  expect(String(error)).toMatch(
    /ruff-format 0\.1\.1 .* 0\.1\.2: ruff ended with exit code 2\. Pin ruff 0\.1\.2 /,
  );
});

test.each([{ version: "0.1.2" }, { version: "0.14.0" }, {}])(
  "any other failure stays as it is: %j",
  (planned) => {
    expect(tooOldOr(failure, ruffFormat, planned)).toBe(failure);
  },
);
