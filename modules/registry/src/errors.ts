import { errorOf } from "./coded-error.ts";

export { shown } from "./coded-error.ts";

type Code =
  | "ARGUMENT_INVALID"
  | "COPY_DIFFERS"
  | "DIGEST_INVALID"
  | "IMAGE_NAME_INVALID"
  | "IMAGE_NOT_FOUND"
  | "LAYOUT_INVALID"
  | "REGISTRY_DENIED"
  | "REGISTRY_FULL"
  | "REGISTRY_REFUSED"
  | "REGISTRY_UNREACHABLE"
  | "REGISTRY_UNTRUSTED"
  | "REPORT_MALFORMED"
  | "TAG_INVALID"
  | "TAG_TAKEN"
  | "TOOL_FAILED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
