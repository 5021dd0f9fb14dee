import { codedError } from "./errors.ts";
import { jsonIn } from "./json.ts";

/** An overlay, and the image references that its rendering must have. */
export interface Render {
  readonly overlay: string;
  readonly references: readonly string[];
}

/**
 * Reads the list of overlays to render. Fails with ARGUMENT_INVALID on another form, and on a path that leads out of
 * the tree.
 */
export function parseRenders(text: string): Render[] {
  const all = jsonIn(text);
  if (Array.isArray(all) && all.every(isRender)) return all;
  throw codedError(
    "ARGUMENT_INVALID",
    "renders: it is not a JSON list of {overlay, references}",
    'Set it as in [{"overlay": "k8s/staging", "references": ["NAME@sha256:…"]}].',
  );
}

function isRender(value: unknown): value is Render {
  if (typeof value !== "object" || value === null || !("overlay" in value) || !("references" in value))
    return false;
  const { overlay, references } = value;
  const inside =
    typeof overlay === "string" &&
    !overlay.startsWith("/") &&
    !/\p{Cc}/u.test(overlay) &&
    !overlay.split("/").includes("..");
  return (
    inside &&
    Array.isArray(references) &&
    references.every((one) => typeof one === "string" && /^[^\s"']+$/.test(one))
  );
}
