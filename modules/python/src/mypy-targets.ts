import { Directory } from "@dagger.io/dagger";
import { readIfPresent } from "./read-if-present.ts";

/** mypy reads the first of these files that configures it. */
const settings = [
  { file: "mypy.ini", section: "mypy" },
  { file: ".mypy.ini", section: "mypy" },
  { file: "pyproject.toml", section: "tool.mypy" },
  { file: "setup.cfg", section: "mypy" },
];

/**
 * The targets for mypy's command line. Empty if its configuration names files, packages or modules, because the
 * command line would override them; else the folder.
 * https://mypy.readthedocs.io/en/stable/config_file.html
 */
export async function mypyTargets(project: Directory): Promise<string[]> {
  for (const { file, section } of settings) {
    const own = sectionOf(await readIfPresent(project, file), section);
    if (own !== undefined) return /^(?:files|packages|modules)\s*[=:]/m.test(own) ? [] : ["."];
  }
  return ["."];
}

/** The lines of a section, up to the next one; undefined if the file has no such section. */
export function sectionOf(text: string | undefined, section: string): string | undefined {
  const parts = (text ?? "").split(/^\[(?=[^\]\n]*\][ \t\r]*(?:[#;].*)?$)/m);
  return parts.find((part) => part.startsWith(`${section}]`));
}
