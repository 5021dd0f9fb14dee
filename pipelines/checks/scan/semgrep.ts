import { type Directory, dag, ExistsType } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { join } from "#pipelines/text/path.ts";
import { printable } from "#pipelines/text/printable.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { semgrep } from "#pipelines/tools/semgrep/tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

const name = "semgrep";

/** The places where Semgrep itself looks for the rules of a repository. */
const usual = [".semgrep", ".semgrep.yml", ".semgrep.yaml", "semgrep.yml", "semgrep.yaml"];

/** Checks the whole source against the Semgrep rules that it contains. */
export async function runSemgrep(workspace: Workspace): Promise<CheckResult> {
  const { config, gates, judged: source, tools } = workspace;
  if (config.scan.rules === false) return skippedCheck({ kind: name }, "switched off in slipway.yaml");
  const asked = config.scan.rules;
  const there = await Promise.all((asked ?? usual).map((path) => source.exists(path)));
  const paths = (asked ?? usual).filter((_, index) => there[index]);
  if (asked === undefined && paths.length === 0)
    return skippedCheck({ kind: name }, "no Semgrep rules in the source");
  return workspace.run(() =>
    runCheck({ kind: name, gates }, async () => {
      const missing = asked?.find((_, index) => !there[index]);
      if (missing !== undefined) {
        throw new SlipwayError(
          "PATH_NOT_FOUND",
          `\`scan.rules\`: no such file or folder in the source: ${printable(missing)}`,
          "Correct the path under `scan.rules` in slipway.yaml, or add the file.",
        );
      }
      const ran = tools.semgrep.scan(source, await rulesOf(source, paths));
      const { reports, read } = await runTool(semgrep, ran, { place: { root: "/src" } });
      return {
        reports,
        read: async () => ({ findings: await read() }),
        caveat: await filterCaveat(source, semgrep.policyFiles),
      };
    }),
  );
}

/** The rule files, each under its own path, so that the name of a rule shows its place. */
async function rulesOf(source: Directory, paths: readonly string[]): Promise<Directory> {
  let rules = dag.directory();
  for (const path of paths) {
    const isFolder = await source.exists(path, { expectedType: ExistsType.DirectoryType });
    rules = isFolder
      ? rules.withDirectory(join(".", path), source.directory(path))
      : rules.withFile(path, source.file(path));
  }
  return rules;
}
