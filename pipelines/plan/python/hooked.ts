import type { Tree } from "#pipelines/plan/tree.ts";
import { clean, isWithin, join } from "#pipelines/text/path.ts";
import type { AskedRun } from "#pipelines/tools/tool.ts";
import { type Hook, preCommitFile } from "./pre-commit.ts";

/**
 * The tools that run as their hook does. pyright needs the service's own environment in any case. bandit's settings
 * are part of the policy that --policy-ref takes from the base, and a hook is not.
 */
export const runnable: ReadonlySet<string> = new Set([
  "ruff",
  "ruff-format",
  "black",
  "isort",
  "flake8",
  "mypy",
  "pylint",
]);

/** The arguments of a hook that has none of its own. */
const defaults: Readonly<Record<string, readonly string[]>> = {
  // https://github.com/pre-commit/mirrors-mypy
  mypy: ["--ignore-missing-imports", "--scripts-are-modules"],
};

/**
 * Decides whether a tool runs as its hook does: from the top of the repository, with the hook's arguments, files and
 * packages. Returns undefined if that is no different from the tool's own run, if no version is known, or if the
 * service installs mypy, which then sees the service's dependencies.
 *
 * @param folder the service's folder.
 * @param locked the version that the repository locks.
 */
export async function hookRun(
  tree: Tree,
  folder: string,
  tool: string,
  hook: Hook,
  locked: string | undefined,
): Promise<AskedRun | undefined> {
  const isMypy = tool === "mypy";
  const isLocked = locked !== undefined;
  const version = locked ?? hook.version;
  if (
    version === undefined ||
    !runnable.has(tool) ||
    (!hook.takesFiles && (!isMypy || folder !== ".")) ||
    (isMypy && (isLocked || !hook.isApart))
  )
    return undefined;
  const args = flagsIn(hook.args ?? (hook.isApart ? (defaults[tool] ?? []) : []));
  const isNarrowed = hook.isNarrowed || isMypy;
  if (args.length + hook.requirements.length === 0 && !isNarrowed) return undefined;
  // A path is the project itself, which pre-commit would install.
  const beside = hook.requirements.filter((name) => /^[A-Za-z0-9]/.test(name));
  const isApart = hook.isApart && !isLocked && beside.length === hook.requirements.length;
  const run = { by: preCommitFile, folder: ".", version, args, beside: isApart ? beside : [], isApart };
  // Its arguments or mypy's own settings name the files.
  if (!hook.takesFiles) return { ...run, files: [], leavesOut: false };
  const all = isNarrowed ? await pythonFiles(tree, folder) : [folder];
  const files = isNarrowed ? all.filter(hook.checks) : all;
  return {
    ...run,
    files: files.map(operand),
    leavesOut: files.length < all.length,
  };
}

/** A path as a word of a command: a name that begins like an option is not one. */
export function operand(path: string): string {
  return path.startsWith("-") ? `./${path}` : path;
}

/** The files of the source that arguments name, as in `--config=FILE`, for a tool that runs in a folder. */
export async function filesNamed(
  tree: Tree,
  args: readonly string[],
  folder: string,
): Promise<readonly string[]> {
  const words = args
    .map((arg) => clean(join(folder, arg.replace(/^-[^=]*=/, ""))))
    .filter((word) => !/^-|^\.\.?(?:\/|$)|^\//.test(word));
  const found = await Promise.all(words.map((word) => tree.hasFile(word)));
  return words.filter((_, index) => found[index]);
}

export async function pythonFiles(tree: Tree, folder: string): Promise<readonly string[]> {
  const all = await tree.all();
  return all.filter((path) => /\.pyi?$/.test(path) && isWithin(path, folder)).sort();
}

/** Flags that change files, the exit code, questions or the format of the report, and those of them with a value of their own. */
const ours =
  /^(?:--fix|--fix-only|--show-fixes|--unsafe-fixes|--exit-(?:zero|non-zero-on-(?:fix|format))|--check(?:-only)?|-c|--diff|--quiet|-q|--verbose|-v|--statistics|--count|--show-source|--show-files|--pretty|--no-cache|--non-interactive)$|^(?:--output-format|--format|--output-file|--output|--color|--tee|--[a-z-]+-report|--junit-xml)(?:=|$)/;
const valued = /^--(?:output-format|format|output-file|output|color|[a-z-]+-report|junit-xml)$/;

/** The arguments that decide what a tool finds. */
export function flagsIn(args: readonly string[]): readonly string[] {
  return args.filter((arg, at) => !ours.test(arg) && !valued.test(args[at - 1] ?? ""));
}
