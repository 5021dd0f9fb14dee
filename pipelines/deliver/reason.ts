import { SlipwayError } from "#pipelines/errors/errors.ts";

/** In characters. */
const longest = 500;

/** Refuses a reason that is empty or longer than a sentence. @throws ARGUMENT_INVALID with the remedy. */
export function checkedReason(reason: string, remedy: string): string {
  if (reason !== "" && reason.length <= longest) return reason;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    reason === "" ? "--reason is empty" : `--reason is longer than ${longest} characters`,
    remedy,
  );
}
