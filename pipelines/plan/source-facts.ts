import { pipelineFiles } from "#pipelines/plan/python/calls/pipeline-files.ts";
import { scriptFiles, scriptFolders } from "#pipelines/plan/python/calls/tasks/script-files.ts";
import { versionFiles } from "#pipelines/plan/python/version-files.ts";
import { settingsFiles } from "#pipelines/tools/registry.ts";
import { foreignFiles } from "./foreign-files.ts";

/** The facts of a source that a plan may use. The engine's side answers them; the plan itself reads no disk. */
export interface SourceFacts {
  /** The files that match `filesOfInterest`, relative to the configured folder, with `/`. */
  readonly files: readonly string[];
  /** Lists every file of the source, `filesOfInterest` or not; called at most once. */
  all(): Promise<readonly string[]>;
  /** Returns the first line of a file; empty if the file is too large for a script. */
  firstLine(path: string): Promise<string>;
  /** Returns the text of one of the source's files. */
  read(path: string): Promise<string>;
  /** Whether a file exists at that path; called for files that `files` may not list. */
  hasFile(path: string): Promise<boolean>;
  /** Whether a folder exists at that path; called for folders that contain none of `files`. */
  hasFolder(path: string): Promise<boolean>;
  /** Whether the source is empty; called if `files` is empty. */
  isEmpty(): Promise<boolean>;
}

/** The globs of the files on which a plan depends: `SourceFacts.files` must list them. */
export const filesOfInterest: readonly string[] = [
  ...settingsFiles.map((name) => `**/${name}`),
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
  ...versionFiles.map((name) => `**/${name}`),
  "**/tox.ini",
  "**/pytest.ini",
  "**/.pytest.ini",
  "**/conftest.py",
  "**/.coveragerc",
  "**/.coveragerc.toml",
  "**/tox.toml",
  "**/hatch.toml",
  "**/noxfile.py",
  ".pre-commit-config.yaml",
  ".github/workflows/*.yml",
  ".github/workflows/*.yaml",
  ...Object.keys(pipelineFiles),
  ...scriptFiles.map((name) => `**/${name}`),
  ...scriptFolders.map((folder) => `${folder}/*`),
  "**/Dockerfile",
  "**/.dockerignore",
  "**/*.dockerignore",
  ...foreignFiles.map((name) => `**/${name}`),
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
];
