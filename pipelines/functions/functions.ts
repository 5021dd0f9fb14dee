import type { Changeset, Container, Directory } from "@dagger.io/dagger";
import { affectedServices } from "#pipelines/affected/affected.ts";
import { writePlan } from "#pipelines/affected/plan-json.ts";
import type { CheckFunction } from "#pipelines/checks/catalog.ts";
import { ci as runCi } from "#pipelines/ci.ts";
import { buildServiceImage } from "#pipelines/commands/build.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { fix as fixSource } from "#pipelines/commands/fix.ts";
import { refreshLock } from "#pipelines/commands/lock.ts";
import { describeImage } from "#pipelines/commands/sbom.ts";
import { setImages } from "#pipelines/commands/set-images.ts";
import { awaitEnvironment, confirmEnvironment } from "#pipelines/deliver/await.ts";
import { environmentsScreen, listEnvironments } from "#pipelines/deliver/environments.ts";
import { holdEnvironment, holdScreen, resumeEnvironment } from "#pipelines/deliver/hold.ts";
import { type RecordRequest, recordOf, recordScreen } from "#pipelines/deliver/record/record.ts";
import type {
  AwaitRequest,
  ConfirmRequest,
  EnvironmentsRequest,
  HoldRequest,
  ResumeRequest,
  RollbackRequest,
} from "#pipelines/deliver/request.ts";
import { rollBack } from "#pipelines/deliver/rollback.ts";
import {
  arrivedScreen,
  confirmedScreen,
  promotionScreen,
  rollbackScreen,
} from "#pipelines/deliver/screen.ts";
import { type StatusRequest, statusOf, statusScreen } from "#pipelines/deliver/status.ts";
import { promoteInWaves, type WavesRequest } from "#pipelines/deliver/waves.ts";
import { diagnose } from "#pipelines/doctor/doctor.ts";
import { doctorScreen } from "#pipelines/doctor/screen.ts";
import { type InitRequest, init as initSource } from "#pipelines/init/init.ts";
import { merge } from "#pipelines/merge/merge.ts";
import { release as releaseCommit } from "#pipelines/release/release.ts";
import type { ReleaseRequest } from "#pipelines/release/request.ts";
import { releaseScreen } from "#pipelines/release/screen.ts";
import { mergedHint, reportsHint, screenOf } from "#pipelines/reports/screen.ts";
import type { Request } from "#pipelines/request.ts";
import { byContent, settle } from "#pipelines/source/by-content.ts";
import { refuseOwnDefault } from "#pipelines/source/default-source.ts";
import { withoutReports } from "#pipelines/source/own-reports.ts";
import { sayProgress } from "#pipelines/verdict/progress.ts";
import { verificationScreen } from "#pipelines/verify/screen.ts";
import { type VerifyRequest, verify as verifyImage } from "#pipelines/verify/verify.ts";

// The functions of `dagger call`, under their own names. src/index.ts is generated from src/surface.yaml; it
// collects the arguments and calls these.

// What a function prints is in dagger's output while it runs.
sayProgress((line) => console.error(line));

export async function ci(request: Request): Promise<string> {
  const { verdict } = await runCi(await keptByContent(request));
  return screenOf(verdict, reportsHint(request.shard));
}

export async function reports(request: Request): Promise<Directory> {
  return (await runCi(await keptByContent(request))).reports;
}

export async function plan(request: Request): Promise<string> {
  return writePlan(await affectedServices(await keptByContent(request)));
}

export async function mergeReports({ reports }: { readonly reports: Directory }): Promise<Directory> {
  return (await merge(reports)).reports;
}

export async function mergedVerdict({ reports }: { readonly reports: Directory }): Promise<string> {
  return screenOf((await merge(reports)).verdict, mergedHint);
}

export const lint = checking("lint");
export const test = checking("test");
export const scan = checking("scan");
export const manifests = checking("manifests");
export const infrastructure = checking("infrastructure");

export async function fix(request: Request): Promise<Changeset> {
  return fixSource(await asGiven(request));
}

export async function init(request: InitRequest): Promise<Changeset> {
  return initSource(await asGiven(request));
}

export async function doctor(request: Request): Promise<string> {
  return doctorScreen(await diagnose(await asGiven(request)));
}

export async function lock(request: Request): Promise<Changeset> {
  return refreshLock(await asGiven(request));
}

export async function build(request: Request): Promise<Container> {
  return (await buildServiceImage(await asGiven(request))).image;
}

export async function sbom(request: Request): Promise<Directory> {
  return describeImage(await asGiven(request));
}

/** The arguments of `bump`, with the source. */
export interface BumpRequest extends Request {
  readonly images: readonly string[];
  readonly overlay?: string;
  readonly replaceDigest: boolean;
}

export async function bump({ images, overlay, replaceDigest, ...request }: BumpRequest): Promise<Directory> {
  return setImages(await asGiven(request), [...images], overlay, replaceDigest);
}

export async function release(request: ReleaseRequest): Promise<string> {
  const { record, verdict } = await releaseCommit({ ...request, settle });
  return releaseScreen(record, verdict);
}

export async function releaseReports(request: ReleaseRequest): Promise<Directory> {
  return (await releaseCommit({ ...request, settle })).reports;
}

export async function verify(request: VerifyRequest): Promise<string> {
  return verificationScreen(await verifyImage(request));
}

export async function environments(request: EnvironmentsRequest): Promise<string> {
  return environmentsScreen(await listEnvironments(request));
}

async function arrive(request: AwaitRequest): Promise<string> {
  return arrivedScreen(await awaitEnvironment(request));
}

// The word is reserved for a declaration, and not for a name that is exported.
export { arrive as await };

export async function confirm(request: ConfirmRequest): Promise<string> {
  return confirmedScreen(await confirmEnvironment(request));
}

export async function promote(request: WavesRequest): Promise<string> {
  return (await promoteInWaves(request)).map(promotionScreen).join("");
}

export async function rollback(request: RollbackRequest): Promise<string> {
  return rollbackScreen(await rollBack(request));
}

export async function hold(request: HoldRequest): Promise<string> {
  return holdScreen(await holdEnvironment(request));
}

export async function resume(request: ResumeRequest): Promise<string> {
  return holdScreen(await resumeEnvironment(request));
}

export async function record(request: RecordRequest): Promise<string> {
  return recordScreen(await recordOf(request));
}

export async function status(request: StatusRequest): Promise<string> {
  return statusScreen(await statusOf(request));
}

function checking(name: CheckFunction) {
  return async (request: Request): Promise<string> =>
    screenOf(await checkKind(name, await keptByContent(request)));
}

/**
 * Removes the reports of earlier calls from the source, and identifies the rest by its content, so that the engine
 * reuses more.
 */
async function keptByContent<Asked extends Request>(request: Asked): Promise<Asked> {
  await refuseOwnDefault(request.source);
  return { ...request, source: await byContent(request.source), settle };
}

/**
 * Only removes the reports, for functions that change the source: the engine compares the passed folder with the
 * returned one.
 */
async function asGiven<Asked extends Request>(request: Asked): Promise<Asked> {
  await refuseOwnDefault(request.source);
  return { ...request, source: await withoutReports(request.source) };
}
