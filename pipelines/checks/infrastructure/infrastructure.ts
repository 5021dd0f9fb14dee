import { isSkipped } from "#pipelines/checks/manifests/rendering.ts";
import type { InfrastructureSettings } from "#pipelines/config/config.ts";
import { subset } from "#pipelines/dagger/subset.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Infrastructure } from "#pipelines/plan/plan.ts";
import { runTool } from "#pipelines/tools/run-tool.ts";
import { tflint } from "#pipelines/tools/tflint/tool.ts";
import { tofuFmt } from "#pipelines/tools/tofu-fmt/tool.ts";
import { tofuValidate } from "#pipelines/tools/tofu-validate/tool.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { runCheckov } from "./checkov.ts";
import { infrastructureSource } from "./source.ts";
import { planInfrastructure } from "./tofu-plan.ts";

const kind = "infra";

/**
 * Checks every configuration of OpenTofu and Terraform:
 *
 * - the format and tflint's rules of each folder
 * - the validity of each folder that no other uses as its module
 * - Checkov's rules over all of them
 *
 * Trivy's rules are part of the scan of the source.
 *
 * @param changes settings that replace those of slipway.yaml; default: none.
 */
export function checkInfrastructure(
  workspace: Workspace,
  changes: Partial<InfrastructureSettings> = {},
): readonly Promise<CheckResult | readonly CheckResult[]>[] {
  const configured = workspace.config.infrastructure;
  if (configured === false) return [Promise.resolve(skippedCheck({ kind }, "switched off in slipway.yaml"))];
  const settings = { ...configured, ...changes };
  const folders = workspace.plan.infrastructure.filter(({ folder }) => !isSkipped(folder, settings.skip));
  if (folders.length === 0) return [];
  const roots = folders.filter(({ isRoot }) => isRoot);
  return [
    ...folders.flatMap((each) => [format(workspace, each), lint(workspace, each)]),
    ...roots.map((each) => validate(workspace, each)),
    runCheckov(workspace, folders),
    planInfrastructure(workspace, settings, roots),
  ];
}

function format(workspace: Workspace, { folder, files }: Infrastructure): Promise<CheckResult> {
  return check(workspace, "tofu-fmt", folder, async () => {
    const ran = workspace.tools.tofu.format(subset(workspace.judged, files), folder);
    const { reports, read } = await runTool(tofuFmt, ran, placeOf(folder));
    return { reports, read: async () => ({ findings: await read() }) };
  });
}

function lint(workspace: Workspace, infrastructure: Infrastructure): Promise<CheckResult> {
  const { folder, modules, tflint: settings } = infrastructure;
  return check(workspace, "tflint", folder, async () => {
    const { judged: source, plan } = workspace;
    const called = plan.infrastructure.filter((each) => modules.includes(each.folder));
    const files = [...infrastructure.files, ...called.flatMap((each) => each.files)];
    const file = settings === undefined ? undefined : source.file(settings);
    const ran = await workspace.tools.tofu.lint(subset(source, files), folder, file);
    const { reports, read } = await runTool(tflint, ran, placeOf(folder));
    return {
      reports,
      read: async () => {
        const { findings, errors } = await read();
        if (errors.length > 0) throw toolFailed("tflint", await ran.exitCode(), errors.join("\n"));
        return { findings };
      },
    };
  });
}

function validate(workspace: Workspace, infrastructure: Infrastructure): Promise<CheckResult> {
  const { folder } = infrastructure;
  return check(workspace, "tofu-validate", folder, async () => {
    const source = await infrastructureSource(workspace.judged, infrastructure);
    const initialised = workspace.tools.tofu.init(source, folder);
    const isInitialised = (await initialised.exitCode()) === 0;
    const ran = workspace.tools.tofu.validate(source, folder);
    const { reports, read } = await runTool(tofuValidate, ran, placeOf(folder));
    return {
      reports,
      read: async () => {
        const { findings, isPartial } = await read();
        const isFaulty = findings.some(({ kind }) => kind === "lint");
        if ((!isInitialised || isPartial) && !isFaulty) {
          throw toolFailed("tofu init", await initialised.exitCode(), await initialised.stderr());
        }
        return { findings };
      },
    };
  });
}

function check(
  workspace: Workspace,
  what: string,
  folder: string,
  run: Parameters<typeof runCheck>[1],
): Promise<CheckResult> {
  const id = { kind, subject: `${what}/${folder}` };
  return workspace.run(() => runCheck({ ...id, gates: workspace.gates }, run));
}

/** The place where the tools run, for the paths of their reports. */
function placeOf(folder: string) {
  return { place: { root: "/src", folder } };
}
