import { errorOf } from "./coded-error.ts";

export { lastLines, shown } from "./coded-error.ts";

type Code = "ARGUMENT_INVALID" | "QUERY_INVALID" | "SERVER_DENIED" | "SERVER_UNREACHABLE" | "TOOL_FAILED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
