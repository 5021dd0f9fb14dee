import { errorOf } from "./coded-error.ts";

export { shown } from "./coded-error.ts";

type Code = "ARGUMENT_INVALID" | "REPORT_MALFORMED" | "SSH_UNSUPPORTED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
