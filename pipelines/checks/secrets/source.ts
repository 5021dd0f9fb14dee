import type { Directory } from "@dagger.io/dagger";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import { filterCaveat } from "#pipelines/policy/files.ts";
import { clauses } from "#pipelines/text/list.ts";
import { gitleaks } from "#pipelines/tools/gitleaks/tool.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { withoutIgnored } from "./accepted.ts";
import { ignoreFile, withPlainEntries } from "./gitleaksignore.ts";

const kind = "secrets";

/** Searches the whole source for secrets in its files. */
export function scanSecrets(workspace: Workspace): Promise<CheckResult> {
  const { config, gates, judged, tools } = workspace;
  if (!config.scan.secrets) return Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"));
  return workspace.run(() =>
    runCheck({ kind, gates }, async () => {
      const ran = tools.gitleaks.tree(await withAccepted(judged));
      const { reports, read } = await runTool(gitleaks, ran, { place: { root: "/src" } });
      const filters = await filterCaveat(judged, gitleaks.policyFiles);
      let ignored: string | undefined;
      return {
        reports,
        read: async () => {
          const { findings, caveat } = await withoutIgnored(workspace, await read());
          ignored = caveat;
          return { findings };
        },
        caveat: () => clauses(filters, ignored),
      };
    }),
  );
}

/** The source, with a .gitleaksignore that holds for files as it does for commits. */
async function withAccepted(source: Directory): Promise<Directory> {
  const text = await regularText(source, ignoreFile);
  if (text === undefined) return source;
  const plain = withPlainEntries(text);
  return plain === text ? source : source.withNewFile(ignoreFile, plain);
}
