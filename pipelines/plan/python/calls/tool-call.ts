import { clean, joinInside } from "#pipelines/text/path.ts";
import { fileLinterNames, linterNames, typeCheckerNames } from "#pipelines/tools/registry.ts";
import { type Command, isPlain } from "./command-line.ts";
import { type Program, programOf } from "./runners.ts";

/** A script of the repository, and where it runs. */
export interface Script {
  readonly file: string;
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  readonly commands: readonly Command[];
  /** The requirements that are installed for it. */
  readonly installs: readonly string[];
}

/** The commands of a script, and what is installed for them, wherever it runs. */
export type ScriptPart = Pick<Script, "commands" | "installs">;

/** A call of a linter, a formatter or a type checker in a script of the repository. */
export interface ToolCall {
  /** A tool of slipway.yaml, or another one by its own name. */
  readonly tool: string;
  readonly file: string;
  /** The folder in which it runs, relative to the source. */
  readonly folder: string;
  /** The files and folders that it names, relative to the source. */
  readonly paths: readonly string[];
  /** Its options with their values. */
  readonly options: readonly string[];
  /** The version that the call names. */
  readonly version?: string;
  /** The plugins and stubs that are installed for it. */
  readonly beside: readonly string[];
  /** Whether every word is known: none is left to a shell, or names a file that is not there. */
  readonly isKnown: boolean;
  /** Whether it looks without a change to the files, and its failure ends the script. */
  readonly isCheck: boolean;
}

/**
 * Finds the tools that a script calls, in the order of its commands.
 *
 * @param exists whether a path of the source is a file or a folder.
 */
export function callsIn(script: Script, exists: (path: string) => boolean): readonly ToolCall[] {
  return script.commands.flatMap(({ words, folder: below = ".", isIgnored }) => {
    const folder = joinInside(script.folder, below);
    if (folder === undefined) return [];
    const program = programOf(words);
    const called = program && toolOf(program);
    if (called === undefined) return [];
    const { tool, args } = called;
    const pluginOf = plugins[tool];
    return [
      {
        tool,
        file: script.file,
        folder,
        ...operands(args, folder, exists),
        ...(program?.version !== undefined && { version: program.version }),
        beside:
          pluginOf === undefined ? [] : script.installs.filter((requirement) => pluginOf.test(requirement)),
        isCheck: !isIgnored && !args.includes("--exit-zero") && looks(tool, args),
      },
    ];
  });
}

/** Tells the paths among a call's words from its options with their values. */
function operands(args: readonly string[], folder: string, exists: (path: string) => boolean) {
  const [paths, options]: [string[], string[]] = [[], []];
  let isKnown = args.every(isPlain);
  for (const [at, word] of args.entries()) {
    const before = args[at - 1] ?? "";
    const path = joinInside(folder, clean(word));
    const isOption = word.startsWith("-") && word !== "-";
    // A word behind an option is its value, unless it is a path and the option is not known to take one.
    const isValue = /^-/.test(before) && !before.includes("=") && before !== "--";
    if (isOption || (isValue && (valued.test(before) || path === undefined || !exists(path))))
      options.push(word);
    else if (path !== undefined && exists(path)) paths.push(path);
    else isKnown = false;
  }
  return { paths, options, isKnown };
}

/** Options whose value may be a path that exists. */
const valued =
  /^--(?:config(?:-file)?|rcfile|settings(?:-path|-file)?|sp|exclude|extend-exclude|project|append-config|python-executable|package|module|src|init-hook|cache-dir|baseline|configfile|ignore-paths|skip|known-\S+)$|^-[cpmxb]$/;

/** The requirements that change what a tool finds. */
const plugins: Readonly<Record<string, RegExp>> = {
  flake8: /^(?:flake8[-_]|pep8-naming|wemake-python-styleguide|dlint|darglint|pydoclint|hacking)/i,
  pylint: /^pylint[-_]/i,
  mypy: /^(?:types-|[\w.-]+-stubs\b)/i,
};

/** Programs that look for faults in code, and that Slipway does not run. */
export const others: ReadonlySet<string> = new Set([
  "pyright --verifytypes",
  "autoflake",
  "codespell",
  "darker",
  "deptry",
  "djlint",
  "docformatter",
  "flynt",
  "interrogate",
  "lint-imports",
  "pycodestyle",
  "pydoclint",
  "pydocstyle",
  "pyflakes",
  "pyre",
  "pyrefly",
  "pyroma",
  "pytype",
  "pyupgrade",
  "refurb",
  "sqlfluff",
  "typos",
  "vulture",
  "xenon",
  "yapf",
]);

/** The programs that are called by the name of their tool. */
const programs: ReadonlySet<string> = new Set([
  ...linterNames,
  ...typeCheckerNames,
  ...fileLinterNames,
  "checkov",
  "gitleaks",
  "semgrep",
  "tflint",
  "trivy",
  ...others,
]);

function toolOf({ name, args }: Program): (Pick<Program, "args"> & { readonly tool: string }) | undefined {
  if (args.some((arg) => /^(?:--version|-V|--help|-h)$/.test(arg))) return undefined;
  const [first = "", ...rest] = args;
  if (name === "ruff") {
    if (first === "check") return { tool: "ruff", args: rest };
    if (first === "format") return { tool: "ruff-format", args: rest };
    // Before 0.5, `ruff .` checks.
    return /^(?:|help|rule|config|linter|clean|server|analyze|version)$/.test(first)
      ? undefined
      : { tool: "ruff", args };
  }
  if (name === "ty") return first === "check" ? { tool: "ty", args: rest } : undefined;
  if (name === "dmypy")
    return first === "run" ? { tool: "mypy", args: rest.filter((arg) => arg !== "--") } : undefined;
  // What a call asks of the coverage is all that is known of pytest.
  if (name === "pytest") return { tool: name, args };
  if (name === "pyright" && args.includes("--verifytypes")) return { tool: "pyright --verifytypes", args };
  return programs.has(name) ? { tool: name, args } : undefined;
}

/** Whether a call looks only: formatters change files unless they are told not to. */
function looks(tool: string, args: readonly string[]): boolean {
  const has = (flags: RegExp) => args.some((arg) => flags.test(arg));
  if (tool === "ruff") return !has(/^--fix(?:-only)?$/);
  if (tool === "black" || tool === "ruff-format") return has(/^--(?:check|diff)$/);
  if (tool === "isort") return has(/^(?:--check(?:-only)?|-c|--diff)$/);
  return true;
}
