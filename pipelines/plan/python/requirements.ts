import { posix } from "node:path";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import { plain, quote } from "#pipelines/text/quote.ts";
import { isForDevelopment, isForTests } from "./for-tests.ts";
import { inside } from "./libraries.ts";
import { localPathIn } from "./local-requirement.ts";
import { compatible, type Variant } from "./requirements-variants.ts";

/** A requirements file to install from. */
export interface RequirementsFile {
  /** Relative to the source. */
  readonly path: string;
  /** Whether every requirement in it has a hash, so that `--require-hashes` is possible. */
  readonly hashed: boolean;
}

/** The requirements files of a folder, and the files that they read. */
export interface Requirements {
  /** First the file that the service needs to run, then those that its tests need as well. */
  readonly files: readonly RequirementsFile[];
  /** Whether one of the files is what the service needs to run. */
  readonly hasMain: boolean;
  /** Whether one of the files is for development or tests. */
  readonly hasDevelopment: boolean;
  /** Whether they have pytest, or one is named for tests alone. */
  readonly hasTests: boolean;
  /** These files and all that they name with `-r` and `-c`: they must exist during the installation. */
  readonly reads: readonly string[];
  /**
   * The local folders and archives that they name, relative to the source. pip resolves them from its working
   * folder.
   */
  readonly locals: readonly string[];
}

const running = ["requirements", "base", "main", "common", "prod", "production"];

/**
 * Finds the requirements files of a folder: `requirements.txt` (else `base`, `main`, `common`, `prod` or
 * `production` in `requirements/`), and the variants for development or tests: `requirements-dev.txt`,
 * `dev-requirements.txt`, `requirements/test.txt`, `tests/requirements.txt`. Of variants that pin different versions
 * of a package, one counts. Returns undefined if it has neither sort.
 *
 * Fails with PATH_NOT_FOUND when a file names a missing file with `-r` or `-c`, and with PATH_OUTSIDE_SOURCE when
 * that path leads out of the source.
 */
export async function findRequirements(tree: Tree, folder: string): Promise<Requirements | undefined> {
  const main = requirementsNames(tree, folder).filter(({ variant }) => running.includes(variant));
  const ranked = main
    .sort((one, other) => running.indexOf(one.variant) - running.indexOf(other.variant))
    .slice(0, 1);
  const variants = [...requirementsNames(tree, folder), ...besideTests(tree, folder)].filter(isDevelopment);
  const development = await compatible(tree, variants, (path) => filesOf(tree, path));
  const chosen = [...ranked, ...development].map(({ path }) => path);
  if (chosen.length === 0) return undefined;
  const reads = new Set<string>();
  const files: RequirementsFile[] = [];
  for (const path of chosen) {
    await follow(tree, path, reads);
    files.push({ path, hashed: await isHashed(tree, path) });
  }
  const texts = await Promise.all([...reads].map((path) => tree.read(path)));
  const named = texts.flatMap((text) => text.split("\n")).flatMap((line) => localPathIn(line) ?? []);
  const locals = [...new Set(named.map((path) => inside(folder, path)))].sort();
  return {
    files,
    hasMain: ranked.length > 0,
    hasDevelopment: development.length > 0,
    hasTests:
      development.some(({ variant }) => isForTests(variant)) ||
      texts.some((text) => /^\s*pytest\b/m.test(text)),
    reads: [...reads].sort(),
    locals,
  };
}

/** Whether a file of that variant is for development or tests. */
function isDevelopment({ variant }: Variant): boolean {
  return isForDevelopment(variant) || variant === "local";
}

/** Whether a folder has a requirements file to run with, which makes it a service's folder. */
export function hasRequirements(tree: Tree, folder: string): boolean {
  return requirementsNames(tree, folder).some(({ variant }) => running.includes(variant));
}

/** The requirements files in a folder of tests, which are for tests whatever their names. */
function besideTests(tree: Tree, folder: string): readonly Variant[] {
  return ["test", "tests"].flatMap((name) => {
    const inner = join(folder, name);
    return tree.has(inner, "requirements.txt")
      ? [{ path: join(inner, "requirements.txt"), variant: "tests" }]
      : [];
  });
}

function requirementsNames(tree: Tree, folder: string): Variant[] {
  const beside = tree.names(folder).flatMap((name) => {
    const variant = variantOf(name);
    return variant === undefined ? [] : [{ path: join(folder, name), variant }];
  });
  const inner = join(folder, "requirements");
  const below = tree
    .names(inner)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => ({ path: join(inner, name), variant: variantOf(name) ?? name.slice(0, -4) }));
  return [...beside, ...below];
}

function variantOf(name: string): string | undefined {
  const match = /^(?:requirements(?:[-_.]([\w-]+))?|([\w-]+)[-_.]requirements)\.txt$/.exec(name);
  return match === null ? undefined : (match[1] ?? match[2] ?? "requirements");
}

/** A requirements file, and all that it names with `-r` and `-c`. Fails as `findRequirements` does. */
export async function filesOf(tree: Tree, path: string): Promise<readonly string[]> {
  const seen = new Set<string>();
  await follow(tree, path, seen);
  return [...seen];
}

async function follow(tree: Tree, path: string, seen: Set<string>): Promise<void> {
  if (seen.has(path)) return;
  seen.add(path);
  for (const { line, named } of referencesIn(await tree.read(path))) {
    const target = named.startsWith("/") ? undefined : joinInside(posix.dirname(path), named);
    const place = `${plain(path)}:${line}`;
    if (target === undefined) {
      const what = `${place}: ${quote(named)} leads out of the source`;
      throw new SlipwayError("PATH_OUTSIDE_SOURCE", what, "Use a path to a file inside the source.");
    }
    if (!(await tree.hasFile(target))) {
      const what = `${place}: no such file in the source: ${quote(named)}`;
      throw new SlipwayError("PATH_NOT_FOUND", what, "Add the file, or remove the line.");
    }
    await follow(tree, target, seen);
  }
}

/** Lists the files that a requirements file names; URLs are left to the installer. */
function referencesIn(text: string): readonly { line: number; named: string }[] {
  return text.split("\n").flatMap((content, index) => {
    const named = /^\s*(?:-r|-c|--requirement|--constraint)(?:\s*=\s*|\s+|(?<=-[rc]))(\S+)/.exec(
      content,
    )?.[1];
    return named === undefined || /^\w+:\/\//.test(named) ? [] : [{ line: index + 1, named }];
  });
}

async function isHashed(tree: Tree, path: string): Promise<boolean> {
  const text = (await tree.read(path)).replace(/\\\r?\n/g, " ");
  if (text.includes("\0")) throw projectInvalid(`${plain(path)} is not UTF-8 text`, "Save it as UTF-8.");
  const lines = text.split("\n");
  if (lines.some((line) => localPathIn(line) !== undefined)) return false;
  const requirements = lines.filter((line) => !/^\s*(?:#|-|$)/.test(line));
  return requirements.length > 0 && requirements.every((line) => line.includes("--hash="));
}
