import { dag } from "@dagger.io/dagger";

/** An image that another is built on, by the digest that its name stood for. */
export interface BaseImage {
  readonly name: string;
  readonly digest: string;
}

/**
 * Names the images that a Dockerfile builds on, as far as it does so in plain words: names of other stages, scratch, and
 * names that variables without a default are part of are left out.
 *
 * @param args the build arguments.
 */
export function baseNames(dockerfile: string, args: Readonly<Record<string, string>>): readonly string[] {
  const values = new Map<string, string>();
  const stages = new Set(["scratch"]);
  const names: string[] = [];
  for (const line of instructions(dockerfile)) {
    const [, arg, value] = /^\s*ARG\s+([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?\s*$/i.exec(line) ?? [];
    if (arg !== undefined && names.length === 0) {
      const given = Object.hasOwn(args, arg) ? args[arg] : value?.replace(/^(["'])(.*)\1$/, "$2");
      if (given !== undefined) values.set(arg, given);
    }
    const [, from, stage] = /^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line) ?? [];
    if (from === undefined) continue;
    const name = from.replace(
      /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
      (whole, braced?: string, fallback?: string, bare?: string) =>
        values.get(braced ?? bare ?? "") ?? fallback ?? whole,
    );
    if (!stages.has(name.toLowerCase()) && !name.includes("$")) names.push(name);
    if (stage !== undefined) stages.add(stage.toLowerCase());
  }
  return [...new Set(names)];
}

/** The instructions, a line each: continued lines joined, bodies of heredocs left out. */
export function instructions(dockerfile: string): readonly string[] {
  const found: string[] = [];
  const open: string[] = [];
  for (const line of dockerfile.replace(/\\[ \t]*\r?\n/g, " ").split(/\r?\n/)) {
    if (open[0] !== undefined) {
      if (line.trim() === open[0]) open.shift();
      continue;
    }
    found.push(line);
    if (/^\s*(?:RUN|COPY|ADD)\s/i.test(line)) {
      open.push(...[...line.matchAll(/<<-?\s*(["']?)(\w+)\1/g)].map(([, , word = ""]) => word));
    }
  }
  return found;
}

/** Asks which digests names stand for: those that the engine has built on. */
export function baseImages(names: readonly string[]): Promise<readonly BaseImage[]> {
  return Promise.all(
    names.map(async (name) => ({ name, digest: digestIn(await dag.container().from(name).imageRef()) })),
  );
}

/** Reads a reference with a digest apart. */
export function imageOf(reference: string): BaseImage {
  return { name: reference.replace(/@.*$/, ""), digest: digestIn(reference) };
}

function digestIn(reference: string): string {
  return reference.slice(reference.indexOf("@") + 1);
}
