import type { File, Secret, Service } from "@dagger.io/dagger";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { Access, GitAccess } from "#pipelines/release/request.ts";
import type { Held } from "./held-image.ts";

/** The ways to reach and trust Argo CD; its address is in slipway.yaml. */
export interface ArgocdAccess {
  /** Certificates of its authority in PEM, trusted in place of the public ones. */
  readonly ca?: File;
  /** The server, if only the caller can reach it. */
  readonly service?: Service;
}

/** The ways to reach and trust Prometheus; its address is in slipway.yaml. */
export interface PrometheusAccess {
  /** Certificates of private authorities in PEM, trusted in addition to the public ones. */
  readonly ca?: File;
  /** The server, if only the caller can reach it. */
  readonly service?: Service;
}

/** The arguments of every function about environments. */
export interface EnvironmentsRequest {
  /** The URL of the GitOps repository. */
  readonly gitopsRepository: string;
  /** The branch that Argo CD follows. */
  readonly gitopsBranch: string;
  readonly gitAccess: Omit<GitAccess, "forgeToken">;
}

/** The arguments of a function that waits for an environment. */
export interface AwaitRequest extends EnvironmentsRequest {
  readonly environment: string;
  /** The secrets of the call, of which slipway.yaml names Argo CD's tokens. */
  readonly secrets: readonly Secret[];
  readonly argocdAccess: ArgocdAccess;
  /** How long the call waits, as in 10m. */
  readonly timeout: string;
  /** Who makes the call, for the record. */
  readonly by?: string;
}

/** The arguments of a function that confirms an environment. */
export interface ConfirmRequest extends AwaitRequest {
  readonly prometheusAccess: PrometheusAccess;
}

/** The arguments of a hold. */
export interface HoldRequest extends EnvironmentsRequest {
  readonly environment: string;
  readonly reason: string;
  /** When it ends: a duration as in 2h, or a time in ISO 8601; default: when somebody resumes it. */
  readonly until?: string;
  readonly by?: string;
}

/** The arguments of the end of a hold. */
export type ResumeRequest = Omit<HoldRequest, "until">;

/** The arguments of a function that sets images. */
interface SettingRequest {
  /** The login at the images' registry, for evidence. */
  readonly registryAccess: Access;
  /** The evidence that the same call has asked for so far. */
  readonly held?: Held;
}

/** The arguments of a promotion. */
export interface PromoteRequest extends Omit<ConfirmRequest, "environment">, SettingRequest {
  /** The environment that gets the images. */
  readonly to: string;
  /** Whether images that a rollback took away may come again. */
  readonly resume: boolean;
}

/** The arguments of a rollback. */
export interface RollbackRequest extends AwaitRequest, SettingRequest {
  readonly reason: string;
  /** A commit of the GitOps repository; default: the one before the newest change of the images. */
  readonly commit?: string;
  /** The commit before which the images are wanted, in place of `commit`. */
  readonly before?: string;
  /** The only images that go back, if the environment still has these; default: all. */
  readonly only?: readonly UpdateImage[];
}
