/** The instructions of a Dockerfile, a line each: continued lines joined, comments and bodies of heredocs left out. */
export function instructions(dockerfile: string): readonly string[] {
  const found: string[] = [];
  const open: string[] = [];
  let begun = "";
  for (const line of dockerfile.split(/\r?\n/)) {
    if (open[0] !== undefined) {
      if (line.trim() === open[0]) open.shift();
      continue;
    }
    if (/^\s*#/.test(line)) continue;
    const continued = /^(.*)\\[ \t]*$/.exec(line);
    if (continued !== null) {
      begun += `${continued[1]} `;
      continue;
    }
    const whole = begun + line;
    begun = "";
    found.push(whole);
    if (/^\s*(?:RUN|COPY|ADD)\s/i.test(whole)) {
      open.push(...[...whole.matchAll(/<<-?\s*(["']?)(\w+)\1/g)].map(([, , word = ""]) => word));
    }
  }
  return begun === "" ? found : [...found, begun];
}
