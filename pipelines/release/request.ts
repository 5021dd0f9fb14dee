import type { Directory, File, Secret, Service } from "@dagger.io/dagger";
import type { CallFacts } from "#pipelines/release/commit/from-call.ts";
import type { Authorities } from "#pipelines/release/publish/authorities.ts";
import type { OwnRequest } from "#pipelines/workspace/workspace.ts";

/** Who logs in at a server, and how it is reached and trusted. */
export interface Access {
  readonly username?: string;
  readonly password?: Secret;
  /** Certificates of own authorities in PEM, trusted besides the usual ones. */
  readonly ca?: File;
  /** The server, where only the caller can reach it. */
  readonly service?: Service;
}

/** How a git server is logged in to over ssh, besides https. */
export interface GitAccess extends Access {
  readonly sshKey?: Secret;
  readonly knownHosts?: File;
  /** Signs the commits; an ssh key. */
  readonly signingKey?: Secret;
  /** Opens pull requests at the forge's API. */
  readonly forgeToken?: Secret;
}

/** Who signs images. */
export interface Signer {
  readonly key?: Secret;
  readonly passphrase?: Secret;
  /** A token of OpenID Connect, for signing without a key. */
  readonly token?: Secret;
  /** What authorities of one's own are trusted by; their addresses are in slipway.yaml. */
  readonly authorities?: Pick<Authorities, "fulcioRoots" | "ctLogKey" | "rekorKey">;
  /** What logs in at a key management service, as environment variables named by the last part of their URI. */
  readonly kmsSecrets?: readonly Secret[];
}

/** What a release hands over. */
export interface ReleaseRequest
  extends Pick<
    OwnRequest,
    | "config"
    | "service"
    | "vulnerabilityDatabase"
    | "secrets"
    | "run"
    | "baseline"
    | "today"
    | "settle"
    | "vary"
    | "checks"
  > {
  /** The repository's folder .git: what is released is a commit, never what lies beside it. */
  readonly git: Directory;
  /** What the call says of the commit in place of git. */
  readonly facts: CallFacts;
  /** The registry in place of the one in the images' names, as HOST or HOST:PORT. */
  readonly registry?: string;
  /** The GitOps repository in place of the configured one. */
  readonly gitopsRepository?: string;
  readonly registryAccess: Access;
  readonly replicaAccess: Access;
  readonly gitAccess: GitAccess;
  readonly signer: Signer;
  /** Who runs the release, as a URI: the CI's workflow. */
  readonly builder?: string;
}
