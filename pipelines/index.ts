/**
 * The public face of the library: your own module imports from here, and from the classes in `modules`. Every other
 * path may move in any version. docs/reference/library.md lists it. CHANGELOG.md must name each change of it.
 */
export { runChecks } from "./checks/checks.ts";
export { type CheckContext, checkContext } from "./checks/context.ts";
export { checkImage } from "./checks/image/image.ts";
export { type CiResult, ci } from "./ci.ts";
export { conclude } from "./conclude/conclude.ts";
export type { Config } from "./config/config.ts";
export { type ErrorCode, SlipwayError } from "./errors/errors.ts";
export type { Reason } from "./errors/reason.ts";
export type { CheckId } from "./findings/check-id.ts";
export type { Check, Evidence, Outcome } from "./findings/evidence.ts";
export type { Finding, Severity } from "./findings/finding.ts";
export type { Gates } from "./gates/judge.ts";
export type { Plan } from "./plan/plan.ts";
export type { PlannedService } from "./plan/service.ts";
export { type ReleaseResult, release } from "./release/release.ts";
export type { ReleaseRequest } from "./release/request.ts";
export { screenOf } from "./reports/screen.ts";
export type { Request } from "./request.ts";
export {
  type CheckOptions,
  type CheckResult,
  runCheck,
  skippedCheck,
  type ToolRun,
} from "./verdict/run-check.ts";
export type { Verdict } from "./verdict/verdict.ts";
export { type VerifyRequest, verify } from "./verify/verify.ts";
export type { WorkspaceTools } from "./workspace/tools.ts";
export { type OwnRequest, openWorkspace, type Workspace } from "./workspace/workspace.ts";
