import { errorOf } from "./coded-error.ts";

export { shown } from "./coded-error.ts";

type Code = "PATH_OUTSIDE_SOURCE" | "PLUGIN_UNAVAILABLE";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
