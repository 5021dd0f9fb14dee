import { dag } from "@dagger.io/dagger";
import { instructions, unquoted } from "#modules/image/src/instructions.ts";

/** An image that another is built on, by the digest that its name stood for. */
export interface BaseImage {
  readonly name: string;
  readonly digest: string;
}

/** The images that a Dockerfile names. */
export interface BaseNames {
  readonly names: readonly string[];
  /** Names that variables without a value are part of, as they are written: which images they are cannot be told. */
  readonly unresolved: readonly string[];
}

/**
 * Names the images that a Dockerfile reads: those that stages build on, those that steps copy or mount from, and the one
 * that `# syntax=` has it read by. Stages and scratch are left out. All stages are looked at, built or not.
 *
 * @param args the build arguments.
 */
export function baseNames(dockerfile: string, args: Readonly<Record<string, string>>): BaseNames {
  const lines = instructions(dockerfile);
  const values = new Map<string, string>();
  const begun = new Set(["scratch"]);
  const all = new Set(["scratch", ...lines.flatMap((line) => stageOf(line)?.name?.toLowerCase() ?? [])]);
  const syntax = syntaxOf(dockerfile);
  const found: string[] = syntax === undefined ? [] : [syntax];
  let isGlobal = true;
  for (const line of lines) {
    if (isGlobal) readArguments(line, args, values);
    const stage = stageOf(line);
    if (stage !== undefined) {
      isGlobal = false;
      const name = filled(stage.base, values);
      if (!begun.has(name.toLowerCase())) found.push(name);
      if (stage.name !== undefined) begun.add(stage.name.toLowerCase());
    }
    const sources = sourcesOf(line).map((source) => filled(source, values));
    found.push(...sources.filter((source) => !all.has(source.toLowerCase()) && !/^\d+$/.test(source)));
  }
  const each = [...new Set(found)];
  return {
    names: each.filter((name) => !name.includes("$")),
    unresolved: each.filter((name) => name.includes("$")),
  };
}

function stageOf(line: string): { readonly base: string; readonly name?: string } | undefined {
  const [, base, name] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(line) ?? [];
  return base === undefined ? undefined : { base: unquoted(base), ...(name === undefined ? {} : { name }) };
}

/** What COPY and ADD take from another image, and what RUN mounts from one. */
function sourcesOf(line: string): readonly string[] {
  const [, verb = "", flags = ""] = /^\s*(COPY|ADD|RUN)\s+((?:--\S+\s+)+)/i.exec(line) ?? [];
  const pattern = verb.toUpperCase() === "RUN" ? /^--mount=(?:.*,)?"?from=([^,"]+)/i : /^--from=(\S+)/i;
  return flags.split(/\s+/).flatMap((flag) => unquoted(pattern.exec(flag)?.[1] ?? "") || []);
}

/** Reads the arguments that stand before the first stage, of which alone names are made. */
function readArguments(
  line: string,
  args: Readonly<Record<string, string>>,
  values: Map<string, string>,
): void {
  const [, list = ""] = /^\s*ARG\s+(.+)$/i.exec(line) ?? [];
  for (const [, name = "", value] of list.matchAll(/([A-Za-z_]\w*)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
    const given = Object.hasOwn(args, name)
      ? args[name]
      : value === undefined
        ? undefined
        : filled(unquoted(value), values);
    if (given !== undefined) values.set(name, given);
  }
}

/** The frontend of the first lines, which are comments of the form KEY=VALUE. */
function syntaxOf(dockerfile: string): string | undefined {
  for (const line of dockerfile.split(/\r?\n/)) {
    const [, key, value] = /^\s*#\s*(\w+)\s*=\s*(\S+)\s*$/.exec(line) ?? [];
    if (key === undefined) return undefined;
    if (key.toLowerCase() === "syntax") return value;
  }
  return undefined;
}

function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g,
    (whole, braced?: string, fallback?: string, bare?: string) =>
      values.get(braced ?? bare ?? "") ?? fallback ?? whole,
  );
}

/**
 * Asks which digests names stand for now, beside the build: of a name without a digest that somebody sets anew meanwhile,
 * the build may have had another.
 */
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
