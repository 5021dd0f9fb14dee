// Copied from ci/scripts/copied/image-grammar.ts by `npm run generate`: change it there.
// https://github.com/distribution/reference: docker, containerd and Kubernetes share this grammar.
const domain =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?$/;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const longestName = 255;

/** Returns the registry at the start of a name, as HOST or HOST:PORT; undefined if it has none. */
export function registryIn(name: string): string | undefined {
  const parts = name.split("/");
  const first = parts[0] ?? "";
  return parts.length > 1 && (/[.:]/.test(first) || first === "localhost") ? first : undefined;
}

/** Says whether a text is [REGISTRY[:PORT]/]PATH, without tag and digest. */
export function isImageName(name: string): boolean {
  const registry = registryIn(name);
  const path = registry === undefined ? name : name.slice(registry.length + 1);
  return (
    name.length <= longestName &&
    (registry === undefined || domain.test(registry)) &&
    path.split("/").every((part) => component.test(part))
  );
}

/** Says whether a text is a tag. */
export function isTag(text: string): boolean {
  return tagForm.test(text);
}

/** Says whether a text is a digest by SHA-256. */
export function isDigest(text: string): boolean {
  return digestForm.test(text);
}

export const nameRule =
  "A name is [REGISTRY[:PORT]/]PATH. A path has lower-case letters and digits, with '.', '_', '-' or '/' between them.";
export const tagRule =
  "A tag has 1 to 128 letters, digits, '_', '.' and '-', and starts with a letter, a digit or '_'.";
