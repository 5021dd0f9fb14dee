import { createHash } from "node:crypto";

/** The SHA-256 digest of a text, in the form `sha256:` with 64 hexadecimal digits. */
export function sha256Of(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
