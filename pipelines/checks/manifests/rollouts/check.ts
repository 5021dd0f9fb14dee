import { type Directory, dag, type File } from "@dagger.io/dagger";
import { mostBytes } from "#modules/kustomize/src/manifests.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import type { Rendering } from "../rendering.ts";
import { findingOf, judgeTexts, type ManifestText, mayRollOut } from "./rollouts.ts";

/** Judges the Rollouts of a rendering. Without one, there is no check. */
export async function checkRendered(
  workspace: Workspace,
  { name, file, manifests }: Rendering,
): Promise<readonly CheckResult[]> {
  const [rendered] = await Promise.allSettled([manifests]);
  // The check of the rendering says why.
  if (rendered.status === "rejected") return [];
  return checked(workspace, name, name, async () => [
    { path: file, text: await textOf(rendered.value, file) },
  ]);
}

/** Judges Rollouts that nothing renders, with what is applied beside them. */
export function checkPlainRollouts(
  workspace: Workspace,
  name: string,
  folder: Directory,
  paths: readonly string[],
): Promise<readonly CheckResult[]> {
  // Each file's path says what it is for.
  return checked(workspace, name, undefined, () =>
    Promise.all(paths.map(async (path) => ({ path, text: await textOf(folder.file(path), path) }))),
  );
}

async function checked(
  workspace: Workspace,
  name: string,
  place: string | undefined,
  open: () => Promise<readonly ManifestText[]>,
): Promise<readonly CheckResult[]> {
  const judge = async () => {
    const texts = await workspace.run(open);
    return texts.some(({ text }) => mayRollOut(text)) ? judgeTexts(texts, place) : undefined;
  };
  const [judged] = await Promise.allSettled([judge()]);
  if (judged.status === "fulfilled" && (judged.value?.objects ?? 0) === 0) return [];
  const id = { kind: "manifests", subject: `${name}/rollouts`, gates: workspace.gates };
  const result = await runCheck(id, async () => {
    if (judged.status === "rejected") throw judged.reason;
    const { faults = [], objects = 0, unseen = [] } = judged.value ?? {};
    return {
      reports: dag.directory(),
      read: async () => ({ findings: faults.map(findingOf) }),
      note: () => `${countText(objects, "object")} of Argo Rollouts`,
      ...(unseen.length > 0 && {
        caveat: `what is not here was not looked at: ${unseen.map(printable).join(", ")}`,
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
