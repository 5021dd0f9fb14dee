import type { ErrorCode } from "./errors.ts";

/** Why a check did not pass: one line for the verdict's screen. */
export interface Reason {
  readonly code?: ErrorCode;
  readonly text: string;
}
