/** What the OCI distribution specification takes for a tag, the same as Docker's grammar. */
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** Says whether a registry takes the name as a tag. */
export function isTagName(name: string): boolean {
  return tagForm.test(name);
}

/** Replaces what a tag cannot hold by dashes, as docker/metadata-action does; two names can come out as one. */
export function sanitizeTag(name: string): string {
  return name.replace(/[^a-zA-Z0-9._-]+/g, "-");
}
