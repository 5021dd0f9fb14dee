import { errorOf } from "./coded-error.ts";

export { lastLines, shown } from "./coded-error.ts";

type Code = "ARGUMENT_INVALID" | "CHART_DEPENDENCY_MISSING" | "PATH_OUTSIDE_SOURCE" | "TOOL_FAILED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
