import type { Container, File } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";
import { trustFlags } from "./flags.ts";
import { keylessWithoutLog, type Settings } from "./settings.ts";
import { publicKeyPath, withVariables } from "./tool.ts";

/** The signer whose signature must exist, as a call names it. */
export interface Named {
  readonly publicKey?: File;
  readonly identity: string;
  readonly identityPattern: string;
  readonly issuer: string;
  /** OWNER/NAME of the repository whose GitHub workflow the certificate must name; empty for any. */
  readonly workflowRepository: string;
}

/** The signer, as arguments of cosign. */
export interface Whose {
  readonly flags: readonly string[];
  with(tool: Container): Container;
}

/**
 * Chooses how to search for signatures: by a public key, by an identity or by the KMS.
 *
 * @throws ARGUMENT_INVALID if none or several are named; if an identity has no issuer; if a workflow's repository is
 *   invalid or stands without an identity; if an identity is named and there is no log.
 */
export function whose(settings: Settings, named: Named): Whose {
  const { publicKey, identity, identityPattern, issuer, workflowRepository } = named;
  const identities = [identity, identityPattern].filter((each) => each !== "").length;
  const nobody = identities === 0 && issuer === "" && workflowRepository === "";
  if (publicKey !== undefined && nobody) {
    return {
      flags: [`--key=${publicKeyPath}`, ...trustFlags(settings, false)],
      with: (tool) => tool.withMountedFile(publicKeyPath, publicKey),
    };
  }
  if (publicKey === undefined && nobody && settings.kms !== "") {
    return {
      flags: [`--key=${settings.kms}`, ...trustFlags(settings, false)],
      with: (tool) => withVariables(settings, tool),
    };
  }
  if (publicKey === undefined && identities === 1 && issuer !== "") {
    if (settings.rekor === "") throw keylessWithoutLog();
    const who =
      identity === ""
        ? `--certificate-identity-regexp=^(?:${identityPattern})$`
        : `--certificate-identity=${identity}`;
    const flags = [who, `--certificate-oidc-issuer=${issuer}`, ...workflowFlags(workflowRepository)];
    return { flags: [...flags, ...trustFlags(settings, true)], with: (tool) => tool };
  }
  throw codedError(
    "ARGUMENT_INVALID",
    "the call must name exactly one signer to verify",
    "Pass --public-key, or --issuer with --identity or --identity-pattern, or call with-kms first.",
  );
}

/** The form of a repository's name on GitHub. */
export const ownerAndName = /^[\w.-]+\/[\w.-]+$/;

/**
 * The extension of the certificate: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md,
 * 1.3.6.1.4.1.57264.1.5.
 */
function workflowFlags(repository: string): readonly string[] {
  if (repository === "") return [];
  if (ownerAndName.test(repository)) return [`--certificate-github-workflow-repository=${repository}`];
  throw codedError(
    "ARGUMENT_INVALID",
    `workflow-repository: ${shown(repository)} is not a repository of GitHub`,
    "Set it to OWNER/NAME, without a host.",
  );
}
