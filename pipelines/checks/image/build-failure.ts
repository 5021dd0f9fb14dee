import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { PlannedImage, PlannedService } from "#pipelines/plan/plan.ts";
import { printable } from "#pipelines/text/printable.ts";
import { builtFromText } from "./build-place.ts";

/**
 * Runs a build. The error of one that fails names the Dockerfile, its context, the step and what to change.
 *
 * @throws IMAGE_BUILD_FAILED; an error with another code as it is.
 */
export async function withBuildFailure<Built>(
  service: PlannedService,
  settings: PlannedImage,
  build: () => Promise<Built>,
): Promise<Built> {
  try {
    return await build();
  } catch (error) {
    const { code, text } = explain(error, "IMAGE_BUILD_FAILED");
    if (code !== "IMAGE_BUILD_FAILED") throw error;
    const [what, remedy] = cause(text);
    throw new SlipwayError(code, `not ${builtFromText(service, settings)}: ${what}`, remedy);
  }
}

/** The cause of a failed build and its remedy, by the engine's message. */
function cause(text: string): readonly [what: string, remedy: string] {
  const [, missing] = /failed to compute cache key.*"(\/[^"]*)": not found/.exec(text) ?? [];
  if (missing !== undefined) {
    return [
      `the file or folder ${printable(missing)}, which it copies, is not there`,
      "Add it, or take it out of .dockerignore. If it is in a folder above, set `image.context` in slipway.yaml.",
    ];
  }
  if (text.includes("target stage")) return [text, "Correct `image.target` in slipway.yaml."];
  if (/dockerfile parse error/i.test(text)) return [text, "Correct the Dockerfile."];
  const [, step, exitCode] =
    /process "(?:\/bin\/sh -c )?(.*)" did not complete successfully: exit code: (\d+)/s.exec(text) ?? [];
  const remedy = "Read the step's output in the log of this call. `dagger call build` shows it alone.";
  return [step === undefined ? text : `the step \`${step}\` ended with exit code ${exitCode}`, remedy];
}
