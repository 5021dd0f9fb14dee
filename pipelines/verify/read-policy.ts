import type { File } from "@dagger.io/dagger";
import { ownerAndName } from "#modules/cosign/src/identity.ts";
import { durationPattern, parseDuration } from "#pipelines/config/duration.ts";
import { attestations } from "#pipelines/config/release.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { type Severity, severities } from "#pipelines/findings/finding.ts";
import { type AttestationName, attestationTypes } from "#pipelines/release/attest/types.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { Signer, VerificationPolicy } from "./policy.ts";

/** A policy in the arguments of a call. */
export interface PolicyArguments {
  /** Public keys in PEM. */
  readonly keys: readonly File[];
  /** The identities of keyless certificates, in full, or as /PATTERN/. */
  readonly identities: readonly string[];
  /** The required issuer of those identities' tokens. */
  readonly issuer?: string;
  /** OWNER/NAME of the repository whose GitHub workflow each identity must be. */
  readonly workflowRepository?: string;
  readonly attestations: readonly string[];
  /** The highest age of the last scan, as in 7d. */
  readonly maxAge: string;
  readonly severities: readonly string[];
  readonly ignoreUnfixed: boolean;
  readonly except: readonly string[];
}

/** @throws ARGUMENT_INVALID when the policy names no signer, or has an invalid value. */
export async function policyOf(asked: PolicyArguments): Promise<VerificationPolicy> {
  const keys = await Promise.all(asked.keys.map(keySigner));
  const signers = [...keys, ...asked.identities.map((identity) => identitySigner(identity, asked))];
  if (signers.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "the call names no required signer",
      "Add --keys=cosign.pub, or --identities=… with --issuer=….",
    );
  }
  const { workflowRepository } = asked;
  if (workflowRepository !== undefined && !ownerAndName.test(workflowRepository)) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `--workflow-repository=${printable(workflowRepository)} is not the name of a GitHub repository`,
      "Pass --workflow-repository=OWNER/NAME, without a host.",
    );
  }
  if (workflowRepository !== undefined && asked.identities.length === 0) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "--workflow-repository needs --identities: a key has no workflow",
      "Add --identities=… and --issuer=…, or remove --workflow-repository.",
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
      `--max-age=${printable(asked.maxAge)} is not a duration`,
      "Pass a duration such as --max-age=12h or --max-age=7d.",
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
    `${printable(name)} is not a public key in PEM`,
    "Pass the public half of the key pair: --keys=cosign.pub.",
  );
}

function identitySigner(identity: string, { issuer, workflowRepository }: PolicyArguments): Signer {
  if (!issuer) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      "--identities needs --issuer, the issuer of their tokens",
      "Add --issuer, for example --issuer=https://token.actions.githubusercontent.com.",
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
    `--${argument}=${printable(name)} is not valid`,
    `Use one or more of ${names.join(", ")}.`,
  );
}
