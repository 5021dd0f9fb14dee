import { type Directory, dag, type File } from "@dagger.io/dagger";
import { mostBytes } from "#modules/kustomize/src/manifests.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { Rendering } from "../rendering.ts";
import { judgeTexts, type ManifestText } from "./rollouts.ts";

/** Objects of Argo Rollouts, and of Argo CD, which has the same group. */
const group = /apiVersion["']?:[ \t]*["']?argoproj\.io\//;

/** Judges the Rollouts of a rendering. Without one, there is no check. */
export async function checkRendered(
  workspace: Workspace,
  { name, file, manifests }: Rendering,
): Promise<readonly CheckResult[]> {
  const [rendered] = await Promise.allSettled([manifests]);
  // The check of the rendering says why.
  if (rendered.status === "rejected") return [];
  return checked(workspace, name, async () => [{ path: file, text: await textOf(rendered.value, file) }]);
}

/** Judges Rollouts that nothing renders, with what is applied beside them. */
export function checkPlainRollouts(
  workspace: Workspace,
  name: string,
  folder: Directory,
  paths: readonly string[],
): Promise<readonly CheckResult[]> {
  return checked(workspace, name, () =>
    Promise.all(paths.map(async (path) => ({ path, text: await textOf(folder.file(path), path) }))),
  );
}

async function checked(
  workspace: Workspace,
  name: string,
  open: () => Promise<readonly ManifestText[]>,
): Promise<readonly CheckResult[]> {
  const judge = async () => {
    const texts = await workspace.run(open);
    return texts.some(({ text }) => group.test(text)) ? judgeTexts(texts, name) : undefined;
  };
  const [judged] = await Promise.allSettled([judge()]);
  if (judged.status === "fulfilled" && (judged.value?.objects ?? 0) === 0) return [];
  const id = { kind: "manifests", subject: `${name}/rollouts`, gates: workspace.gates };
  const result = await runCheck(id, async () => {
    if (judged.status === "rejected") throw judged.reason;
    const { findings = [], objects = 0, unseen = [] } = judged.value ?? {};
    return {
      reports: dag.directory(),
      read: async () => ({ findings }),
      note: () => `${countText(objects, "object")} of Argo Rollouts`,
      ...(unseen.length > 0 && {
        caveat: `analyses that are not here were not looked at: ${unseen.map(printable).join(", ")}`,
      }),
    };
  });
  return [result];
}

async function textOf(file: File, path: string): Promise<string> {
  if ((await file.size()) <= mostBytes) return file.contents();
  throw new SlipwayError(
    "REPORT_TOO_LARGE",
    `${printable(path)}: its manifests have more than ${mostBytes / 1024 / 1024} MiB`,
    "Render less at once.",
  );
}
