import { errorOf } from "./coded-error.ts";

type Code = "ARGUMENT_INVALID";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
