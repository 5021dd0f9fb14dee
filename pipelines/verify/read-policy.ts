import type { File } from "@dagger.io/dagger";
import { ownerAndName } from "#modules/cosign/src/identity.ts";
import { durationPattern, parseDuration } from "#pipelines/config/duration.ts";
import { attestations } from "#pipelines/config/release.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type Severity, severities } from "#pipelines/findings/finding.ts";
import { type AttestationName, attestationTypes } from "#pipelines/release/attest/types.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { Signer, VerificationPolicy } from "./policy.ts";

/** A policy as a call words it. */
export interface PolicyArguments {
  /** Public keys in PEM. */
  readonly keys: readonly File[];
  /** Whom a keyless certificate has to name, in full, or as /PATTERN/. */
  readonly identities: readonly string[];
  /** Who has to have issued those identities' tokens. */
  readonly issuer?: string;
  /** OWNER/NAME of the repository whose GitHub workflow each identity has to be. */
  readonly workflowRepository?: string;
  readonly attestations: readonly string[];
  /** How old the last scan may be, as in 7d. */
  readonly maxAge: string;
  readonly severities: readonly string[];
  readonly ignoreUnfixed: boolean;
  readonly except: readonly string[];
}

/** @throws ARGUMENT_INVALID where the policy names nobody, or something that there is not. */
export async function policyOf(asked: PolicyArguments): Promise<VerificationPolicy> {
  const keys = await Promise.all(asked.keys.map(keySigner));
  const signers = [...keys, ...asked.identities.map((identity) => identitySigner(identity, asked))];
  if (signers.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "nobody is named who has to have signed",
      "Add --keys=cosign.pub, or --identities=… and --issuer=….",
    );
  }
  const { workflowRepository } = asked;
  if (workflowRepository !== undefined && !ownerAndName.test(workflowRepository)) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `workflow-repository is '${printable(workflowRepository)}', which is no repository of GitHub's`,
      "Name it as OWNER/NAME, without a host.",
    );
  }
  if (workflowRepository !== undefined && asked.identities.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "a workflow's repository is named, and no identity: a key says nothing of either",
      "Add --identities=… and --issuer=…, or take it out.",
    );
  }
  const names = asked.attestations.map((name) => known("attestations", name, attestations));
  return {
    signers,
    attestations: names.flatMap((name: AttestationName) => attestationTypes[name]),
    ...(names.includes("vulnerabilities") ? { scan: scanOf(asked) } : {}),
  };
}

function scanOf(asked: PolicyArguments): VerificationPolicy["scan"] {
  const maxAge = durationPattern.test(asked.maxAge) ? parseDuration(asked.maxAge) : undefined;
  if (maxAge === undefined) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `max-age is '${printable(asked.maxAge)}', which is no duration`,
      "Give one as in 12h or 7d.",
    );
  }
  return {
    maxAge,
    severities: asked.severities.map((name) => known<Severity>("severities", name, severities)),
    ignoreUnfixed: asked.ignoreUnfixed,
    except: asked.except,
  };
}

async function keySigner(file: File): Promise<Signer> {
  const [name, publicKey] = await Promise.all([file.name(), file.contents()]);
  if (/^-----BEGIN PUBLIC KEY-----/.test(publicKey)) return { kind: "key", name, publicKey };
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `${printable(name)} holds no public key in PEM`,
    "Hand over the half that others may have: cosign.pub.",
  );
}

function identitySigner(identity: string, { issuer, workflowRepository }: PolicyArguments): Signer {
  if (!issuer) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "identities are named, and not who has to have issued their tokens",
      "Add --issuer, as in --issuer=https://token.actions.githubusercontent.com.",
    );
  }
  const [, pattern] = /^\/(.+)\/$/su.exec(identity) ?? [];
  const vouched = { issuer, workflowRepository };
  return pattern === undefined
    ? { kind: "identity", identity, ...vouched }
    : { kind: "pattern", pattern, ...vouched };
}

function known<Name extends string>(argument: string, name: string, names: readonly Name[]): Name {
  const found = names.find((each) => each === name);
  if (found !== undefined) return found;
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `${argument} has '${printable(name)}'`,
    `Allowed: ${names.join(", ")}.`,
  );
}
