import { errorOf } from "./coded-error.ts";

export { lastLines, shown } from "./coded-error.ts";

type Code =
  | "ARGUMENT_INVALID"
  | "BRANCH_NOT_FOUND"
  | "BRANCH_PROTECTED"
  | "HOST_UNTRUSTED"
  | "PUSH_REFUSED"
  | "PUSH_TIMED_OUT"
  | "REPOSITORY_DENIED"
  | "REPOSITORY_EMPTY"
  | "REPOSITORY_NOT_FOUND"
  | "REPOSITORY_UNREACHABLE"
  | "SIGNING_FAILED"
  | "TOOL_FAILED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
