import { parse } from "yaml";
import { z } from "zod";

import type { Tree } from "#pipelines/plan/tree.ts";
import { toolOf } from "./calls/called-tool.ts";
import { type Command, commandsIn } from "./calls/command-line.ts";
import { programOf } from "./calls/runners.ts";
import { isTestRunner } from "./calls/test-runner.ts";

const texts = z.array(z.coerce.string()).optional();
const schema = z.object({
  files: z.string().optional(),
  exclude: z.string().optional(),
  repos: z.array(
    z.object({
      repo: z.string().optional(),
      rev: z.string().optional(),
      hooks: z.array(
        z.object({
          id: z.string(),
          entry: z.string().optional(),
          args: texts,
          files: z.string().optional(),
          exclude: z.string().optional(),
          additional_dependencies: texts,
          pass_filenames: z.boolean().optional(),
          stages: texts,
        }),
      ),
    }),
  ),
});

type WrittenHook = z.output<typeof schema>["repos"][number]["hooks"][number];

/** The file of pre-commit, at the top of a repository. */
export const preCommitFile = ".pre-commit-config.yaml";

/** A hook of pre-commit. */
export interface Hook {
  /** The version in `rev`, or behind a frozen one; absent if it names none. */
  readonly version?: string;
  /** Whether pre-commit installs it in an environment of its own. A local hook runs what is there. */
  readonly isApart: boolean;
  /** Absent: the hook's default. */
  readonly args?: readonly string[];
  readonly requirements: readonly string[];
  /** Whether pre-commit gives it the names of the files. */
  readonly takesFiles: boolean;
  /** Whether it checks a file, by `files` and `exclude` of the hook and of all hooks. */
  readonly checks: (path: string) => boolean;
  /** Whether `files` or `exclude` leave a file out. */
  readonly isNarrowed: boolean;
}

/**
 * Reads the repository's pre-commit hooks by their ids; of several with one id, the first. A malformed file gives no
 * hooks: pre-commit reports it.
 * https://pre-commit.com/#pre-commit-configyaml---top-level
 */
export async function preCommitHooks(tree: Tree): Promise<ReadonlyMap<string, Hook>> {
  if (!tree.has(".", preCommitFile)) return new Map();
  const text = await tree.read(preCommitFile);
  const config = readConfig(text);
  if (config === undefined) return new Map();
  const { files, exclude, repos } = config;
  const frozen = new Map([...text.matchAll(frozenRev)].map(([, rev = "", tag = ""]) => [rev, tag]));
  const all = repos.flatMap(({ repo, rev, hooks }) =>
    hooks.flatMap((written): [string, Hook][] => {
      const hook = repo === "local" ? localHook(written) : written;
      if (hook === undefined) return [];
      const version = /^v?(\d+(?:\.\w+)+)$/.exec(frozen.get(rev ?? "") ?? rev ?? "")?.[1];
      const wanted = [files, hook.files].flatMap(patternOf);
      const unwanted = [exclude, hook.exclude].flatMap(patternOf);
      return [
        [
          hook.id,
          {
            ...(version !== undefined && { version }),
            isApart: repo !== "local",
            ...(hook.args !== undefined && { args: hook.args }),
            requirements: hook.additional_dependencies ?? [],
            takesFiles: hook.pass_filenames !== false,
            checks: (path) =>
              wanted.every((pattern) => pattern.test(path)) &&
              !unwanted.some((pattern) => pattern.test(path)),
            isNarrowed: wanted.length + unwanted.length > 0,
          },
        ],
      ];
    }),
  );
  // The last entry for a key counts, and the first hook should.
  return new Map(all.reverse());
}

/**
 * A hook of the repository's own, by the tool that its command runs; undefined for any other command, and for one that
 * names its files itself.
 */
function localHook(hook: WrittenHook): WrittenHook | undefined {
  if (hook.entry === undefined) return hook;
  const program = programOf(commandsIn(hook.entry)[0]?.words ?? []);
  const called = program && toolOf({ ...program, args: [...program.args, ...(hook.args ?? [])] });
  if (called === undefined || hook.pass_filenames === false) return undefined;
  return { ...hook, id: called.tool, args: [...called.args] };
}

/**
 * The commands of the repository's own hooks that get no names of files, as in `make lint`. Those of tests are for
 * people: a hook runs a few, and a pipeline all.
 */
export function hookCommands(text: string): readonly Command[] {
  const own = readConfig(text)?.repos.filter(({ repo }) => repo === "local") ?? [];
  const alone = own.flatMap(({ hooks }) =>
    hooks.filter((hook) => hook.pass_filenames === false && isUsual(hook)),
  );
  return alone
    .flatMap(({ entry = "", args = [] }) =>
      commandsIn(entry).map((command) => ({ ...command, words: [...command.words, ...args] })),
    )
    .filter(({ words }) => {
      const program = programOf(words);
      return program !== undefined && !isTestRunner(toolOf(program)?.tool ?? "");
    });
}

/** Whether a hook runs at a commit or a push, and not only when somebody asks for it. */
function isUsual({ stages }: WrittenHook): boolean {
  return stages === undefined || stages.some((stage) => /^(?:pre-)?(?:commit|push)$/.test(stage));
}

function readConfig(text: string): z.output<typeof schema> | undefined {
  return schema.safeParse(parsed(text)).data;
}

/** `pre-commit autoupdate --freeze` writes the commit, and the version behind it. */
const frozenRev = /\brev:\s*["']?([0-9a-f]{40})["']?[ \t]*#[ \t]*frozen:[ \t]*(\S+)/g;

/** A pattern of Python. One that JavaScript cannot read leaves nothing out. */
function patternOf(text: string | undefined): RegExp[] {
  if (text === undefined || text === "" || text === "^$") return [];
  const isVerbose = text.trimStart().startsWith("(?x)");
  const plain = isVerbose
    ? text
        .replace("(?x)", "")
        .replace(/(?<!\\)#.*$/gm, "")
        .replace(/\s+/g, "")
    : text;
  try {
    return [
      new RegExp(
        plain
          .replace(/\(\?P</g, "(?<")
          .replace(/\\A/g, "^")
          .replace(/\\Z/g, "$"),
      ),
    ];
  } catch {
    return [];
  }
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}
