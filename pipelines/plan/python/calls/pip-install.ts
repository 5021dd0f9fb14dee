import type { Command } from "./command-line.ts";
import { type Program, programOf } from "./runners.ts";
import { isPlain } from "./shell-tokens.ts";

/** A call of `pip install` that another environment can repeat. */
export interface PipInstall {
  /** Requirements, as in `pyyaml>=6`. */
  readonly requirements: readonly string[];
  /** Files of requirements, as they are written. */
  readonly files: readonly string[];
  /** Options of uv that stand for those of the call. */
  readonly options: readonly string[];
  /** Whether it installs into the environment of the project itself, as `poetry run pip` and `uv pip` do. */
  readonly isInside: boolean;
}

/**
 * Reads a call of `pip install`, without the project itself and other local folders; undefined for any other command,
 * and for a call with options that say from where or how packages are installed.
 */
export function pipInstall({ words }: Pick<Command, "words">): PipInstall | undefined {
  const program = programOf(words);
  const rest = program && pipArguments(program);
  if (rest === undefined) return undefined;
  const [requirements, files, options]: [string[], string[], string[]] = [[], [], []];
  for (let at = 0; at < rest.length; at++) {
    const word = rest[at] ?? "";
    const [, joined] = /^(?:--requirements?=|-r)(.+)$/.exec(word) ?? [];
    if (/^(?:-r|--requirements?)$/.test(word)) files.push(rest[++at] ?? "");
    else if (joined !== undefined) files.push(joined);
    else if (/^(?:-e|--editable|-c|--constraints?)$/.test(word)) at++;
    else if (word === "--pre") options.push("--prerelease=allow");
    else if (word === "--no-deps") options.push(word);
    else if (word.startsWith("-") && !harmless.test(word)) return undefined;
    else if (fromGit.test(word) || (requirement.test(word) && !helpers.test(word))) requirements.push(word);
  }
  return {
    requirements,
    files: files.filter((file) => isPlain(file) && /^[\w./-]+\.txt$/.test(file)),
    options,
    isInside: /^(?:uv|poetry|pdm|pipenv)$/.test(words.find((word) => !/^\w+=/.test(word)) ?? ""),
  };
}

/** The arguments of `pip install` or `uv pip install`; undefined for any other program. */
export function pipArguments({ name, args }: Pick<Program, "name" | "args">): readonly string[] | undefined {
  const rest = /^pip[\d.]*$/.test(name) ? args : name === "uv" && args[0] === "pip" ? args.slice(1) : [];
  return rest[0] === "install" ? rest.slice(1) : undefined;
}

/** Options that change neither what is installed nor from where. */
const harmless =
  /^(?:-[Uqv]+|--(?:upgrade|quiet|verbose|user|system|no-input|no-cache-dir|no-cache|disable-pip-version-check|break-system-packages|prefer-binary|root-user-action=ignore|progress-bar=\w+|no-warn-script-location|(?:editable|constraints?)=.*))$/;

/** A package with or without extras and versions. */
const requirement = /^[A-Za-z0-9][\w.-]*(?:\[[\w,.-]+\])?(?:[<>=!~]=?[\w.*+!,<>=~ -]+)?$/;

/** A public address of git, with or without the name of the package. */
const fromGit =
  /^(?:[\w.-]{1,100}(?:\[[\w,-]*\])? ?@ ?)?git\+https:\/\/[\w.-]+\/[\w./-]+(?:@[\w./-]+)?(?:#[\w=&./-]+)?$/;

/** What a job installs for itself, or to make environments and reports with. */
const helpers =
  /^(?:\S*\.(?:txt|toml|whl|gz|zip)|pip|setuptools|wheel|uv|tox[\w-]*|nox[\w-]*|hatch|pdm|poetry|pipenv|build|twine|codecov[\w-]*|coveralls|pre-commit|virtualenv)(?:$|[<>=!~[ ])/i;
