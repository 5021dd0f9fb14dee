import { isSkipped } from "#pipelines/checks/manifests/rendering.ts";
import type { InfrastructureSettings } from "#pipelines/config/config.ts";
import { ofFiles } from "#pipelines/dagger/folders.ts";
import { readReport, reportsFolder } from "#pipelines/dagger/report-file.ts";
import { toolFailed } from "#pipelines/errors/explain.ts";
import type { Infrastructure } from "#pipelines/plan/plan.ts";
import { readTflint } from "#pipelines/readers/tflint.ts";
import { readTofuFmt } from "#pipelines/readers/tofu-fmt.ts";
import { readTofuValidate } from "#pipelines/readers/tofu-validate.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { runCheckov } from "./checkov.ts";
import { infrastructureSource } from "./source.ts";
import { planInfrastructure } from "./tofu-plan.ts";

const kind = "infra";

/**
 * Checks every configuration of OpenTofu and Terraform: the format and tflint's rules of each folder, the validity of each
 * that no other calls as its module, and Checkov's rules over all of them. Trivy's are part of the scan of the source.
 *
 * @param changes settings in place of those of slipway.yaml; none by default.
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
    const ran = workspace.tools.tofu.format(ofFiles(workspace.source, files), folder);
    const exitCode = await ran.exitCode();
    if (exitCode !== 0 && exitCode !== 3) throw toolFailed("tofu fmt", exitCode, await ran.stderr());
    const report = "tofu-fmt.diff";
    return {
      reports: ran.directory(reportsFolder),
      read: async () => ({
        findings: readTofuFmt(await readReport(ran, report), report, exitCode, placeOf(folder)),
      }),
    };
  });
}

function lint(workspace: Workspace, infrastructure: Infrastructure): Promise<CheckResult> {
  const { folder, modules, tflint } = infrastructure;
  return check(workspace, "tflint", folder, async () => {
    const { source, plan } = workspace;
    const called = plan.infrastructure.filter((each) => modules.includes(each.folder));
    const files = [...infrastructure.files, ...called.flatMap((each) => each.files)];
    const settings = tflint === undefined ? undefined : source.file(tflint);
    const ran = await workspace.tools.tofu.lint(ofFiles(source, files), folder, settings);
    const exitCode = await ran.exitCode();
    const report = "tflint.json";
    return {
      reports: ran.directory(reportsFolder),
      read: async () => {
        const text = await readReport(ran, report);
        if (text === "") throw toolFailed("tflint", exitCode, await ran.stderr());
        const { findings, errors } = readTflint(text, report, exitCode, placeOf(folder));
        if (errors.length > 0) throw toolFailed("tflint", exitCode, errors.join("\n"));
        return { findings };
      },
    };
  });
}

function validate(workspace: Workspace, infrastructure: Infrastructure): Promise<CheckResult> {
  const { folder } = infrastructure;
  return check(workspace, "tofu-validate", folder, async () => {
    const source = await infrastructureSource(workspace.source, infrastructure);
    const initialised = workspace.tools.tofu.init(source, folder);
    const isInitialised = (await initialised.exitCode()) === 0;
    const ran = workspace.tools.tofu.validate(source, folder);
    const report = "tofu-validate.json";
    return {
      reports: ran.directory(reportsFolder),
      read: async () => {
        const exitCode = await ran.exitCode();
        const text = await readReport(ran, report);
        const { findings, isPartial } = readTofuValidate(text, report, exitCode, placeOf(folder));
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

/** Where the tools run, for the paths of their reports. */
function placeOf(folder: string) {
  return { root: "/src", folder };
}
