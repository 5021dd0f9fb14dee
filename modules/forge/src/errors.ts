import { errorOf } from "./coded-error.ts";

export { shown } from "./coded-error.ts";

type Code = "ARGUMENT_INVALID" | "REPOSITORY_DENIED" | "REPOSITORY_UNREACHABLE" | "REQUEST_REFUSED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
