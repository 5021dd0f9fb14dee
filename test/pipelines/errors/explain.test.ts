import { expect, test } from "vitest";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explainText } from "#pipelines/errors/explain.ts";

test("a reason in one text begins with its code, whether the error is ours or a module's", () => {
  const own = new SlipwayError("REGISTRY_DENIED", "copy of a to b", "Look at the login.");
  expect(explainText(own)).toBe("REGISTRY_DENIED: copy of a to b. Look at the login.");
  expect(explainText(new Error("REGISTRY_FULL: copy of a to b. Make room."))).toBe(
    "REGISTRY_FULL: copy of a to b. Make room.",
  );
});

test("a reason without a code of its own gets one", () => {
  expect(explainText(new Error("it broke"))).toBe("TOOL_FAILED: it broke");
});

const none = "docker.io/library/none:1";
test.each([
  [`failed to resolve source metadata for ${none}: ${none}: not found`, "not found"],
  [`failed to convert Dockerfile to LLB: ${none}: ${none}: not found`, "not found"],
  [
    `failed to resolve image "${none}": failed to do request: Head "https://docker.io/v2": dial tcp: connection refused`,
    "dial tcp: connection refused",
  ],
])(
  "an image that is not to be had is named, with why, as engines up to 0.20 and from 0.21 on say it: %s",
  (message, why) => {
    expect(explainText(new Error(message))).toBe(
      `IMAGE_UNAVAILABLE: ${none} could not be pulled: ${why}. Check the image's name and the registry. For a mirror, set a tool's image under \`tools\` in slipway.yaml, that of a container of tests under \`containers\`.`,
    );
  },
);
