/** The text outside of all brackets. */
export function outermost(text: string): string {
  let depth = 0;
  let outside = "";
  for (const char of text) {
    if ("({[".includes(char)) depth += 1;
    if (depth === 0) outside += char;
    if (")}]".includes(char)) depth -= 1;
  }
  return outside;
}
