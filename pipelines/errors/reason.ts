import type { ErrorCode } from "./errors.ts";

/** Why a check did not pass: one line for the verdict's screen. */
export interface Reason {
  readonly code?: ErrorCode;
  /** What was found and where; without a full stop at its end where a remedy follows. */
  readonly text: string;
  /** What the reader can do about it, as a sentence. */
  readonly remedy?: string;
}
