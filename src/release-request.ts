import type { Directory, File, Secret, Service } from "@dagger.io/dagger";
import type { ReleaseRequest } from "#pipelines/release/request.ts";
import { settle } from "#pipelines/source/by-content.ts";

/** The arguments of a release, by their names. */
export interface ReleaseArguments {
  readonly git: Directory;
  readonly config?: string;
  readonly service?: string;
  readonly commit?: string;
  readonly commitTime?: string;
  readonly branch?: string;
  readonly tag?: string;
  readonly pullRequest?: string;
  readonly baseBranch?: string;
  readonly defaultBranch?: string;
  readonly scheduled?: boolean;
  readonly sourceUrl?: string;
  readonly builder?: string;
  readonly registry?: string;
  readonly registryUsername?: string;
  readonly registryPassword?: Secret;
  readonly registryCa?: File;
  readonly registryService?: Service;
  readonly replicaUsername?: string;
  readonly replicaPassword?: Secret;
  readonly replicaCa?: File;
  readonly replicaService?: Service;
  readonly signingKey?: Secret;
  readonly signingPassword?: Secret;
  readonly identityToken?: Secret;
  readonly fulcioRoots?: File;
  readonly ctLogKey?: File;
  readonly rekorKey?: File;
  readonly kmsSecrets: readonly Secret[];
  readonly gitopsRepository?: string;
  readonly gitUsername?: string;
  readonly gitPassword?: Secret;
  readonly gitSshKey?: Secret;
  readonly gitKnownHosts?: File;
  readonly gitCa?: File;
  readonly gitService?: Service;
  readonly gitSigningKey?: Secret;
  readonly forgeToken?: Secret;
  readonly vulnerabilityDb?: Directory;
  readonly secrets: Secret[];
  readonly run?: string;
  readonly baseline?: File;
  readonly today?: string;
}

/** What the arguments ask for. */
export function releaseRequest(given: ReleaseArguments): ReleaseRequest {
  const { git, config, service, builder, registry, gitopsRepository, secrets, run, baseline, today } = given;
  const { commit, commitTime, branch, tag, pullRequest, baseBranch, defaultBranch, scheduled, sourceUrl } =
    given;
  return {
    git,
    config,
    service,
    facts: {
      commit,
      commitTime,
      branch,
      tag,
      pullRequest,
      baseBranch,
      defaultBranch,
      scheduled,
      source: sourceUrl,
    },
    builder,
    registry,
    registryAccess: {
      username: given.registryUsername,
      password: given.registryPassword,
      ca: given.registryCa,
      service: given.registryService,
    },
    replicaAccess: {
      username: given.replicaUsername,
      password: given.replicaPassword,
      ca: given.replicaCa,
      service: given.replicaService,
    },
    signer: {
      key: given.signingKey,
      passphrase: given.signingPassword,
      token: given.identityToken,
      authorities: {
        fulcioRoots: given.fulcioRoots,
        ctLogKey: given.ctLogKey,
        rekorKey: given.rekorKey,
      },
      kmsSecrets: given.kmsSecrets,
    },
    gitopsRepository,
    gitAccess: {
      username: given.gitUsername,
      password: given.gitPassword,
      sshKey: given.gitSshKey,
      knownHosts: given.gitKnownHosts,
      ca: given.gitCa,
      service: given.gitService,
      signingKey: given.gitSigningKey,
      forgeToken: given.forgeToken,
    },
    vulnerabilityDatabase: given.vulnerabilityDb,
    secrets,
    run,
    baseline,
    today,
    settle,
  };
}
