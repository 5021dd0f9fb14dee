/**
 * The instructions of a Dockerfile, each on a line. Continued lines are joined; comments, blank lines and bodies of
 * heredocs are left out.
 * https://docs.docker.com/reference/dockerfile/#format
 */
export function instructions(dockerfile: string): readonly string[] {
  const found: string[] = [];
  const open: string[] = [];
  let begun = "";
  const lines = dockerfile.split(/\r?\n/);
  // After two of these characters, the next line is an instruction of its own.
  const continued = directives(dockerfile).get("escape") === "`" ? /(?<!`)`[ \t]*$/ : /(?<!\\)\\[ \t]*$/;
  for (const [at, line] of lines.entries()) {
    if (open[0] !== undefined) {
      if (line.trim() === open[0]) open.shift();
      continue;
    }
    if (/^\s*#/.test(line) || (begun !== "" && line.trim() === "")) continue;
    if (continued.test(line)) {
      begun += line.replace(continued, "");
      continue;
    }
    const whole = begun + line;
    begun = "";
    found.push(whole);
    const ends = (word: string) => lines.some((each, below) => below > at && each.trim() === word);
    open.push(...heredocsOf(whole).filter(ends));
  }
  return begun === "" ? found : [...found, begun];
}

/** The settings of the parser, such as `# syntax=…`: comments at the top, before all other lines. */
export function directives(dockerfile: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of dockerfile.split(/\r?\n/)) {
    const [, name, value = ""] = /^\s*#\s*([A-Za-z]\w*)\s*=\s*(\S*)/.exec(line) ?? [];
    if (name === undefined) break;
    found.set(name.toLowerCase(), value);
  }
  return found;
}

/** A word without the quotes around it. */
export function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}

/** The words that end the heredocs of an instruction. Each stands as a word of its own, outside of quotes. */
function heredocsOf(instruction: string): readonly string[] {
  if (!/^\s*(?:RUN|COPY|ADD)\s/i.test(instruction)) return [];
  const plain = instruction.replace(
    /(<<-?)(["'])(\w+)\2|"[^"]*"|'[^']*'/g,
    (_, opens = "", _quote, word = "") => (opens === "" ? "''" : `${opens}${word}`),
  );
  return [...plain.matchAll(/(?:^|\s)\d*<<-?([\w.-]+)(?=[\s>|;&)]|$)/g)].map(([, word = ""]) => word);
}
