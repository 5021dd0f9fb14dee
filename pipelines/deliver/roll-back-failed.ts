import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import { tell } from "#pipelines/verdict/progress.ts";
import { shortImage } from "./image.ts";
import type { PromoteRequest } from "./request.ts";
import { rollBack } from "./rollback.ts";
import type { Stage } from "./stage.ts";

/** The errors of a promotion that has failed. */
export const failures: ReadonlySet<string> = new Set(["DELIVERY_FAILED", "CONFIRMATION_FAILED"]);

/**
 * Rolls an environment back whose promotion failed, if it asks for that. A time-out, and a query that tells nothing, are
 * no failure: nobody knows how it would have ended.
 *
 * @param images what the promotion set: nothing else goes back.
 * @param commit the promotion's first commit; undefined: the images were there before, and have run.
 * @returns the error of the promotion, which says how the rollback ended.
 */
export async function rollBackFailed(
  { name, settings }: Stage,
  request: PromoteRequest,
  images: readonly UpdateImage[],
  commit: string | undefined,
  error: unknown,
): Promise<unknown> {
  const isFailure = error instanceof SlipwayError && failures.has(error.code);
  if (!isFailure || commit === undefined || !settings.rollback.onFailed) return error;
  tell(`${name}: the promotion failed, and is rolled back: ${error.what}`);
  const reason = `the promotion failed: ${error.what}`.slice(0, 500);
  const ended = await rollBack({ ...request, environment: name, reason, before: commit, only: images }).then(
    ({ target, left }) => {
      const stay = left.filter((image) => images.some((each) => each.name === image.name)).map(shortImage);
      const rest = stay.length === 0 ? "" : `, but for ${stay.join(", ")}, which had no digest before`;
      return `${name} was rolled back, and runs the images of commit ${target.slice(0, 12)} again${rest}`;
    },
    (unable: unknown) => `${name} could not be rolled back: ${reasonText(explain(unable))}`,
  );
  return new SlipwayError(
    error.code,
    `${error.what}; ${ended}`,
    "Correct it, and promote a later release; look at the environment with `status`.",
  );
}
