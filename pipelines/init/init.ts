import { posix } from "node:path";
import type { Changeset } from "@dagger.io/dagger";
import { freshLock } from "#pipelines/commands/lock.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { imageNamePattern } from "#pipelines/config/image-name.ts";
import { addFiles, isTaken, type ProposedFiles } from "#pipelines/dagger/changeset.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { lockFile } from "#pipelines/lock/lock.ts";
import type { Request } from "#pipelines/request.ts";
import { plain } from "#pipelines/text/quote.ts";
import { configFile, type LoadedSource, loadSource } from "#pipelines/workspace/load.ts";
import { argocdFiles } from "./argocd.ts";
import { configurationText } from "./configuration.ts";
import { defaultBranchOf } from "./default-branch.ts";
import { trackedEnvironments } from "./environments.ts";
import { type FoundServices, findServices } from "./found-services.ts";
import { environments, manifestFiles, workloads } from "./manifests.ts";
import { publishedCommit } from "./slipway-version.ts";
import { repositoryName } from "./workload.ts";
import { wrapperFiles, wrappersNamed } from "./wrappers.ts";

/** The arguments of a call of init. */
export interface InitRequest extends Request {
  /** The CI systems from which to call Slipway: github, jenkins, gitlab; or auto or none alone. */
  readonly wrappers: readonly string[];
  /** Where images are pushed, as in registry.example.com/shop; absent if the call does not say. */
  readonly registry?: string;
  /** Whether manifests for Kubernetes are written if the repository has none. */
  readonly manifests: boolean;
  /** The git repository that an Argo CD Application follows; absent: no Application is written. */
  readonly argocd?: string;
  /** Whether the tools' images are pinned. */
  readonly lock: boolean;
}

/**
 * Writes the files with which a repository is checked and delivered, from its content. Existing files are not
 * changed, so a second call changes nothing.
 *
 * @throws ARGUMENT_INVALID; HISTORY_MISSING; PATH_OUTSIDE_SOURCE when a link lies on the way. IMAGE_UNAVAILABLE
 * when a tool's
 *   image could not be pinned; SOURCE_EMPTY, SOURCE_NOT_PYTHON and the errors of an existing slipway.yaml.
 */
export async function init(request: InitRequest): Promise<Changeset> {
  const { source, registry } = request;
  if (registry !== undefined && !imageNamePattern.test(registry)) throw noRegistry(registry);
  const surveyed = await loadSource(request);
  const wrappers = wrappersNamed(request.wrappers, await isTaken(source, ".github/workflows"));
  const adoption = await findServices(surveyed, registry);
  const below = [...proposed(request, surveyed, adoption)].map(
    ([path, text]) => [posix.join(surveyed.root, path), text] as const,
  );
  const known = wrappers.includes("github")
    ? { commit: await publishedCommit(), branch: await defaultBranchOf(request) }
    : {};
  const files = new Map([...wrapperFiles(wrappers, known), ...below]);
  const added = addFiles(source, files);
  if (!(await isLockWanted(request, surveyed))) return added;
  // The new files need tools too, as a workflow needs actionlint.
  const lock = await freshLock(await loadSource({ ...request, source: (await added).after() }));
  return addFiles(source, new Map([...files, [posix.join(surveyed.root, lockFile), lock]]));
}

function proposed(request: InitRequest, surveyed: LoadedSource, adoption: FoundServices): ProposedFiles {
  const { services, kustomizations, hasCharts, staging } = adoption;
  const isBare = kustomizations.length === 0 && !hasCharts;
  const manifests = request.manifests && isBare ? manifestFiles(services) : new Map<string, string>();
  const overlays = manifests.size > 0 ? [environments.staging] : staging;
  const name = repositoryName(workloads(services));
  return new Map([
    ...manifests,
    [configFile, configurationText(services, overlays)],
    ...(request.argocd === undefined
      ? []
      : argocdFiles(
          request.argocd,
          surveyed.config.release?.gitops?.branch ?? defaults.gitopsBranch,
          trackedEnvironments(name, surveyed.root, adoption, manifests.size > 0),
        )),
  ]);
}

/** An existing lock is not renewed here: `lock` does that. */
async function isLockWanted({ lock }: InitRequest, { source }: LoadedSource): Promise<boolean> {
  return lock && !(await isTaken(source, lockFile));
}

function noRegistry(registry: string): SlipwayError {
  return new SlipwayError(
    "ARGUMENT_INVALID",
    `--registry=${plain(registry)}: not a valid registry and path for images`,
    "Pass a registry and a path in lower case, without a tag, for example --registry=registry.example.com/shop.",
  );
}
