import { errorOf } from "./coded-error.ts";

export { lastLines, shown } from "./coded-error.ts";

type Code =
  | "ARGUMENT_INVALID"
  | "BUMP_CHANGED_MORE"
  | "DIGEST_INVALID"
  | "DIGEST_PINNED"
  | "IMAGE_NAME_INVALID"
  | "IMAGE_NOT_FOUND"
  | "KUSTOMIZATION_INVALID"
  | "KUSTOMIZATION_NOT_FOUND"
  | "MANIFEST_INVALID"
  | "PATH_NOT_FOUND"
  | "PATH_OUTSIDE_SOURCE"
  | "RENDERING_UNSUPPORTED"
  | "REPORT_MALFORMED"
  | "REPORT_TOO_LARGE"
  | "TAG_INVALID"
  | "TOOL_FAILED";

/** Makes an error of this module. */
export const codedError = errorOf<Code>;
