import type { Directory, File, Secret, Service } from "@dagger.io/dagger";
import type { CallFacts } from "#pipelines/release/commit/from-call.ts";
import type { Authorities } from "#pipelines/release/publish/authorities.ts";
import type { OwnRequest } from "#pipelines/workspace/workspace.ts";

/** The login at a server, and the ways to reach and trust it. */
export interface Access {
  readonly username?: string;
  readonly password?: Secret;
  /** Certificates of your own authorities in PEM, trusted besides the usual ones. */
  readonly ca?: File;
  /** The server, if only the caller can reach it. */
  readonly service?: Service;
}

/** The login at a git server over ssh, besides https. */
export interface GitAccess extends Access {
  readonly sshKey?: Secret;
  readonly knownHosts?: File;
  /** The ssh key that signs the commits. */
  readonly signingKey?: Secret;
  /** The token that opens pull requests at the forge's API. */
  readonly forgeToken?: Secret;
}

/** The signer of images. */
export interface Signer {
  readonly key?: Secret;
  readonly passphrase?: Secret;
  /** A token of OpenID Connect, to sign without a key. */
  readonly token?: Secret;
  /** The certificates and keys of your own authorities; their addresses are in slipway.yaml. */
  readonly authorities?: Pick<Authorities, "fulcioRoots" | "ctLogKey" | "rekorKey">;
  /** The login at a key management service: environment variables with the name in the last part of their URI. */
  readonly kmsSecrets?: readonly Secret[];
}

/** The arguments of a release. */
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
  /** The repository's folder .git: a release contains only the commit, never other files of the working tree. */
  readonly git: Directory;
  /** Facts of the commit that replace those of git. */
  readonly facts: CallFacts;
  /** A registry that replaces the one in the images' names, as HOST or HOST:PORT. */
  readonly registry?: string;
  /** A GitOps repository that replaces the configured one. */
  readonly gitopsRepository?: string;
  readonly registryAccess: Access;
  readonly replicaAccess: Access;
  readonly gitAccess: GitAccess;
  readonly signer: Signer;
  /** The runner of the release, as a URI: the CI's workflow. */
  readonly builder?: string;
  /** The last stage of this call: `publish`, if another call signs; default: all stages. */
  readonly until?: string;
  /** The folder evidence of a call that ended with `publish`: its images are released in place of a build. */
  readonly evidence?: Directory;
  /** The digest of that evidence, as that call wrote it. */
  readonly evidenceDigest?: string;
}
