import { dag } from "@dagger.io/dagger";
import { instructions, unquoted } from "#modules/image/src/instructions.ts";

/** An image on which another is built, with the digest of its name at that time. */
export interface BaseImage {
  readonly name: string;
  readonly digest: string;
}

/** The images that a Dockerfile names. */
export interface BaseNames {
  readonly names: readonly string[];
  /** Names that contain variables without a value, as they are written. Their images are not known. */
  readonly unresolved: readonly string[];
}

/**
 * Names the images that a Dockerfile reads: those of stages, those from which steps copy or mount, and the frontend
 * of `# syntax=`. Names of stages and scratch are left out. All stages count, built or not.
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

/** The images from which COPY and ADD copy, and from which RUN mounts. */
function sourcesOf(line: string): readonly string[] {
  const [, verb = "", flags = ""] = /^\s*(COPY|ADD|RUN)\s+((?:--\S+\s+)+)/i.exec(line) ?? [];
  const pattern = verb.toUpperCase() === "RUN" ? /^--mount=(?:.*,)?"?from=([^,"]+)/i : /^--from=(\S+)/i;
  return flags.split(/\s+/).flatMap((flag) => unquoted(pattern.exec(flag)?.[1] ?? "") || []);
}

/** Reads the arguments before the first stage; only these can be part of an image's name. */
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
 * Resolves names to their present digests, separately from the build. If somebody moves a name without a digest at
 * that moment, the build may have used another one.
 */
export function baseImages(names: readonly string[]): Promise<readonly BaseImage[]> {
  return Promise.all(
    names.map(async (name) => ({ name, digest: digestIn(await dag.container().from(name).imageRef()) })),
  );
}

/** Splits a reference with a digest. */
export function imageOf(reference: string): BaseImage {
  return { name: reference.replace(/@.*$/, ""), digest: digestIn(reference) };
}

function digestIn(reference: string): string {
  return reference.slice(reference.indexOf("@") + 1);
}
