import { Directory } from "@dagger.io/dagger";
import { readIfPresent } from "./read-if-present.ts";

/** mypy reads the first of these files that configures it. */
const settings = [
  { file: "mypy.ini", section: "[mypy" },
  { file: ".mypy.ini", section: "[mypy" },
  { file: "pyproject.toml", section: "[tool.mypy" },
  { file: "setup.cfg", section: "[mypy" },
];

/**
 * The targets for mypy's command line. Empty if its configuration names files, packages or modules, because the
 * command line would override them; else the folder.
 * https://mypy.readthedocs.io/en/stable/config_file.html
 */
export async function mypyTargets(project: Directory): Promise<string[]> {
  for (const { file, section } of settings) {
    const text = await readIfPresent(project, file);
    if (text?.includes(section)) return /^\s*(files|packages|modules)\s*=/m.test(text) ? [] : ["."];
  }
  return ["."];
}
