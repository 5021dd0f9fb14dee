import type { Command } from "./command-line.ts";
import type { WorkflowStep } from "./workflows.ts";

/** The command that an action runs, by the action's name. https://github.com/marketplace?type=actions */
const commands: Readonly<Record<string, (input: WorkflowStep["with"]) => string>> = {
  "astral-sh/ruff-action": ruff,
  "chartboost/ruff-action": ruff,
  "psf/black": ({ options = "--check --diff", src = ".", version = "" }) =>
    `${named("black", version)} ${options} ${src}`,
  "isort/isort-action": ({ configuration = "--check-only --diff" }) => `isort ${configuration}`,
  "jamescurtin/isort-action": ({ configuration = "--check-only --diff" }) => `isort ${configuration}`,
  "jakebailey/pyright-action": () => "pyright",
  "aquasecurity/trivy-action": () => "trivy",
  "gitleaks/gitleaks-action": () => "gitleaks",
  "zizmorcore/zizmor-action": () => "zizmor",
  "hadolint/hadolint-action": () => "hadolint",
  "ludeeus/action-shellcheck": () => "shellcheck",
  "ibiqlik/action-yamllint": () => "yamllint",
  "bridgecrewio/checkov-action": () => "checkov",
  "crate-ci/typos": () => "typos",
  "codespell-project/actions-codespell": () => "codespell",
};

function ruff({ args = "check", src = "", version = "" }: WorkflowStep["with"]): string {
  return `${named("ruff", version)} ${args} ${src}`;
}

function named(tool: string, version: string): string {
  return /^\d[\w.]*$/.test(version) ? `${tool}@${version}` : tool;
}

/** The command of an action that is a linter; undefined for another action. */
export function actionCommand({
  action,
  with: input,
  isIgnored,
}: Pick<WorkflowStep, "action" | "with" | "isIgnored">): Command | undefined {
  const words = (Object.hasOwn(commands, action) ? commands[action]?.(input) : undefined)
    ?.split(/\s+/)
    .filter(Boolean);
  return words && { words, isIgnored };
}
