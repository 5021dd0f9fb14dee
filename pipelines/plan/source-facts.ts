/** What the plan knows of a source: the lister on the engine's side answers, nothing here touches a disk. */
export interface SourceFacts {
  /** The files that `filesOfInterest` names, relative to the folder that slipway.yaml is for, with `/`. */
  readonly files: readonly string[];
  /** Lists every file of the source, `filesOfInterest` or not; asked at most once. */
  all(): Promise<readonly string[]>;
  /** Returns the first line of one of the source's files; of one that is too large for a script, nothing. */
  firstLine(path: string): Promise<string>;
  /** Returns the text of one of the source's files. */
  read(path: string): Promise<string>;
  /** Says whether there is a file of that path; asked of files that `files` cannot tell of. */
  hasFile(path: string): Promise<boolean>;
  /** Says whether there is a folder of that path; asked of folders that hold none of `files`. */
  hasFolder(path: string): Promise<boolean>;
  /** Says whether there is nothing at all; asked when `files` is empty. */
  isEmpty(): Promise<boolean>;
}

/** The globs of the files that a plan is made from: what `Facts.files` has to list. */
export const filesOfInterest = [
  "**/pyproject.toml",
  "**/setup.py",
  "**/setup.cfg",
  "**/*requirements*.txt",
  "**/requirements/*.txt",
  "**/uv.lock",
  "**/poetry.lock",
  "**/pdm.lock",
  "**/Pipfile",
  "**/Pipfile.lock",
  "**/.python-version",
  "**/ruff.toml",
  "**/.ruff.toml",
  "**/mypy.ini",
  "**/.mypy.ini",
  "**/.isort.cfg",
  "**/.flake8",
  "**/.bandit",
  "**/tox.ini",
  "**/pyrightconfig.json",
  ".pre-commit-config.yaml",
  "**/Dockerfile",
  "**/kustomization.yaml",
  "**/kustomization.yml",
  "**/Kustomization",
  "**/Chart.yaml",
  "**/charts/*.tgz",
  "**/values-*.yaml",
  "**/values-*.yml",
  "**/ci/*-values.yaml",
  "**/ci/*-values.yml",
  "policy/**/*.rego",
  "conftest.toml",
  "**/*.tf",
  "**/*.tofu",
  "**/*.tf.json",
  "**/*.tofu.json",
  "**/*.tfvars",
  "**/*.tfvars.json",
  "**/.terraform.lock.hcl",
  "**/.tflint.hcl",
] as const;
