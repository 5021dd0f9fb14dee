const host = "(?:\\[[0-9a-fA-F:]{2,39}\\]|[a-zA-Z0-9-]{1,63}(?:\\.[a-zA-Z0-9-]{1,63})*)(?::[0-9]{1,5})?";
const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const name = `(?!-)(?:${host}/)?${component}(?:/${component})*`;
const tag = ":[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const digest = "@sha256:[0-9a-f]{64}";

/** An image's name without tag and digest: `registry.example.com/shop/orders`. */
export const imageNamePattern = new RegExp(`^${name}$`);

/** An image with an optional tag and digest, as `docker pull` takes it: `postgres:15`. */
export const imagePattern = new RegExp(`^${name}(?:${tag})?(?:${digest})?$`);

/** An image with a tag, a digest or both. */
export const pinnedImagePattern = new RegExp(`^${name}(?:${tag}(?:${digest})?|${digest})$`);

/** The longest name that registries accept. With a tag of 128 and a digest of 71 it gives the longest reference. */
export const longestName = 255;
export const longestImage = longestName + 1 + 128 + 1 + 71;

/** An image's name without its tag and its digest. */
export function withoutTag(image: string): string {
  return image.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}
