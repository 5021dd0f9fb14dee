import { settingsFiles } from "#pipelines/tools/registry.ts";

/** Settings that apply to everything below them: tools look for them in the parent folders, or run there. */
export const inheritedSettings: readonly string[] = [
  ...settingsFiles,
  "pyproject.toml",
  "setup.cfg",
  "tox.ini",
  "pytest.ini",
  "conftest.py",
];
