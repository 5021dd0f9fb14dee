import { fileLinterNames, linterNames, typeCheckerNames } from "#pipelines/tools/registry.ts";
import type { Program } from "./runners.ts";
import { isProjectRunner, isScriptRunner } from "./tasks/script-runners.ts";
import { testRunOf } from "./test-runner.ts";

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
export const programs: ReadonlySet<string> = new Set([
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

/** A tool, and what it is called with. */
export interface Called extends Pick<Program, "args"> {
  readonly tool: string;
}

/** The tool that a program is; undefined if it is none. */
export function toolOf(program: Program): Called | undefined {
  const { name, args } = program;
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
  if (name === "coverage") return first === "report" ? { tool: name, args: rest } : undefined;
  if (name === "pyright" && args.includes("--verifytypes")) return { tool: "pyright --verifytypes", args };
  const tests = testRunOf(program);
  if (tests !== undefined) return tests;
  // The commands that these run are read where they stand.
  if (isScriptRunner(name) || isProjectRunner(name)) return { tool: name, args };
  if (programs.has(name)) return { tool: name, args };
  return program.runner === undefined ? undefined : { tool: program.runner, args: [name, ...args] };
}

/** Whether a call looks only: formatters change files unless they are told not to. */
export function looks(tool: string, args: readonly string[]): boolean {
  const has = (flags: RegExp) => args.some((arg) => flags.test(arg));
  if (tool === "ruff") return !has(/^--fix(?:-only)?$/) || has(/^--exit-non-zero-on-fix$/);
  if (tool === "black" || tool === "ruff-format") return has(/^--(?:check|diff|exit-non-zero-on-format)$/);
  if (tool === "isort") return has(/^(?:--check(?:-only)?|-c|--diff)$/);
  return true;
}
