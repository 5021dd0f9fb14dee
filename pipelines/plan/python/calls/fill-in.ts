/** How much one text may become longer, in characters. */
const longest = 8192;

/** Puts values in place of names, of which the pattern has one in a group. What makes the text too long stays out. */
export function fillIn(text: string, pattern: RegExp, lookUp: (name: string) => string | undefined): string {
  let left = longest;
  return text.replace(pattern, (whole, ...groups: readonly unknown[]) => {
    const name = groups.find((each) => typeof each === "string");
    const value = typeof name === "string" ? lookUp(name.trim()) : undefined;
    const growth = Math.max(0, (value ?? "").length - whole.length);
    if (value === undefined || growth > left) return whole;
    left -= growth;
    return value;
  });
}
