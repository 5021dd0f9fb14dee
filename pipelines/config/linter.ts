/** What checks the code of a service, by the names that slipway.yaml and the checks bear. */
export const linterNames = ["ruff", "ruff-format", "black", "isort", "flake8", "bandit"] as const;

export type LinterName = (typeof linterNames)[number];

/** What checks the types of a service. */
export const typeCheckerNames = ["mypy", "pyright"] as const;

export type TypeCheckerName = (typeof typeCheckerNames)[number];

/** What checks the files of the repository that are no code of a service. */
export const fileLinterNames = ["shellcheck", "hadolint", "actionlint", "zizmor", "yamllint"] as const;

export type FileLinterName = (typeof fileLinterNames)[number];
