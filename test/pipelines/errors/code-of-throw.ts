import { codeOf, type ErrorCode } from "#pipelines/errors/errors.ts";

/** The code of the error that a call throws; undefined when it throws none, or none of ours. */
export function codeOfThrow(call: () => unknown): ErrorCode | undefined {
  try {
    call();
  } catch (error) {
    return codeOf(error);
  }
  return undefined;
}
