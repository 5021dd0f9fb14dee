import { type Directory, dag, type File } from "@dagger.io/dagger";
import type { Manifests } from "#pipelines/config/config.ts";
import { clauses, listText } from "#pipelines/text/list.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { lintCharts, renderCharts } from "./charts.ts";
import { conform, conformPlain } from "./conform.ts";
import { runConftest } from "./conftest.ts";
import { findPlain, type PlainManifests, plainFiles } from "./plain.ts";
import { renderKustomizations } from "./rendering.ts";
import { checkPlainRollouts, checkRendered } from "./rollouts/check.ts";
import { scanManifests } from "./scan.ts";

const kind = "manifests";

/**
 * Renders every kustomization except Components, and every Helm chart except libraries, and checks the output,
 * because that is what is deployed. Manifests that nothing renders are checked as they are. Each rendering is checked
 * against the schemas of Kubernetes, the repository's policies and what Argo Rollouts needs. All renderings together are
 * checked against Trivy's rules. Charts are also linted.
 *
 * @param scanned the scan of the source, whose findings are not reported again; default: all are reported.
 */
export function checkManifests(
  workspace: Workspace,
  scanned?: () => Promise<CheckResult>,
): readonly Promise<CheckResult | readonly CheckResult[]>[] {
  const settings = workspace.config.manifests;
  if (settings === false) return [Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"))];
  const rendered = [...renderKustomizations(workspace, settings), ...renderCharts(workspace, settings)];
  const linted = lintCharts(workspace, settings);
  const plain = findPlain(workspace, settings);
  // Awaited by each check that needs it.
  plain.catch(() => {});
  const conforming = rendered.map((each) => conform(workspace, settings, each, plain));
  const { policies } = workspace.plan;
  const complying =
    policies === undefined
      ? []
      : rendered.map(({ name, file, manifests }) =>
          runConftest(workspace, policies, { name, file, folder: folderOf(manifests) }),
        );
  const rolling = rendered.map((each) => checkRendered(workspace, each));
  const scanning = rendered.length === 0 ? [] : [scanManifests(workspace, rendered, scanned)];
  return [
    ...conforming,
    ...complying,
    ...rolling,
    checkPlain(workspace, settings, plain, rendered.length === 0),
    ...linted,
    ...scanning,
  ];
}

/** Trivy sees these files in the scan of the source. */
async function checkPlain(
  workspace: Workspace,
  settings: Manifests,
  plain: Promise<PlainManifests>,
  isAlone: boolean,
): Promise<readonly CheckResult[]> {
  const [found] = await Promise.allSettled([plain]);
  if (found.status === "rejected") {
    return [await runCheck({ kind, gates: workspace.gates }, () => Promise.reject(found.reason))];
  }
  const { paths, passedOver, hasRollouts } = found.value;
  const caveat =
    passedOver.length === 0
      ? undefined
      : `not compared, being templates or in folders of tests, documents or examples${listText(passedOver)}`;
  if (paths.length === 0 && isAlone) {
    return [skippedCheck({ kind }, clauses("no kustomization, chart or manifest", caveat) ?? "")];
  }
  const { policies, kustomizations } = workspace.plan;
  // The name of a folder that is rendered is taken.
  const name = kustomizations.some((each) => each.folder === "plain") ? "plain-files" : "plain";
  if (paths.length === 0) {
    return caveat === undefined ? [] : [skippedCheck({ kind, subject: name }, caveat)];
  }
  const folder = plainFiles(workspace, found.value);
  const policed = { name, folder: Promise.resolve(folder) };
  const results = await Promise.all([
    conformPlain(workspace, settings, { name, folder, caveat }, plain),
    ...(policies === undefined ? [] : [runConftest(workspace, policies, policed)]),
    ...(hasRollouts ? [checkPlainRollouts(workspace, name, folder, paths)] : []),
  ]);
  return results.flat();
}

async function folderOf(manifests: Promise<File>): Promise<Directory> {
  return dag.directory().withFile("manifests.yaml", await manifests);
}
