import type { ErrorCode } from "./errors.ts";

/** The reason why a check did not pass: one line for the verdict's screen. */
export interface Reason {
  readonly code?: ErrorCode;
  /** The fault and its place; without a full stop at the end if a remedy follows. */
  readonly text: string;
  /** The reader's way to fix it, as a sentence. */
  readonly remedy?: string;
}
