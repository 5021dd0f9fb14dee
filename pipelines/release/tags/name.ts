/** The form of a tag in the OCI distribution specification, which is also Docker's grammar. */
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Whether a registry accepts the name as a tag. */
export function isTagName(name: string): boolean {
  return tagForm.test(name);
}

/**
 * Replaces characters that a tag cannot contain by dashes, as docker/metadata-action does. Two names may become the
 * same tag.
 */
export function sanitizeTag(name: string): string {
  return name.replace(/[^a-zA-Z0-9._-]+/g, "-");
}
