import { expect, test } from "vitest";
import { coded } from "../../pipelines/breakdown.ts";
import { SlipwayError } from "../../pipelines/errors.ts";

test("a reason in one text begins with its code, whether the error is ours or a module's", () => {
  const own = new SlipwayError("REGISTRY_DENIED", "copy of a to b", "Look at the login.");
  expect(coded(own)).toBe("REGISTRY_DENIED: copy of a to b. Look at the login.");
  expect(coded(new Error("REGISTRY_FULL: copy of a to b. Make room."))).toBe(
    "REGISTRY_FULL: copy of a to b. Make room.",
  );
});

test("a reason without a code of its own gets one", () => {
  expect(coded(new Error("it broke"))).toBe("TOOL_FAILED: it broke");
});

test.each([
  "failed to resolve source metadata for docker.io/library/none:1: docker.io/library/none:1: not found",
  "failed to convert Dockerfile to LLB: docker.io/library/none:1: docker.io/library/none:1: not found",
])(
  "an image that is not to be had is named, as engines up to 0.20 and from 0.21 on say it: %s",
  (message) => {
    expect(coded(new Error(message))).toMatch(
      /^IMAGE_UNAVAILABLE: docker\.io\/library\/none:1 could not be pulled: .*not found\. Check its name/,
    );
  },
);
