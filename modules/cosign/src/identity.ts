import type { Container, File } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";
import { trustFlags } from "./flags.ts";
import { keylessWithoutLog, type Settings } from "./settings.ts";
import { publicKeyPath, withVariables } from "./tool.ts";

/** Whose signature is looked for, as a call names it. */
export interface Named {
  readonly publicKey?: File;
  readonly identity: string;
  readonly identityPattern: string;
  readonly issuer: string;
  /** OWNER/NAME of the repository whose GitHub workflow the certificate has to be for; anyone's where it is empty. */
  readonly workflowRepository: string;
}

/** The same as cosign is told it. */
export interface Whose {
  readonly flags: readonly string[];
  with(tool: Container): Container;
}

/**
 * Says how to look for signatures by a public key, an identity or the KMS.
 *
 * @throws ARGUMENT_INVALID when none or several are named, an identity without its issuer, a workflow's repository without an
 *   identity or that is none, or keyless without a log.
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
    "It is not said whose signature is looked for",
    "Give a public key, or an identity or a pattern of it with its issuer, or call with-kms first.",
  );
}

/** How GitHub names a repository. */
export const ownerAndName = /^[\w.-]+\/[\w.-]+$/;

/** The certificate's own words for it: https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md, 1.3.6.1.4.1.57264.1.5. */
function workflowFlags(repository: string): readonly string[] {
  if (repository === "") return [];
  if (ownerAndName.test(repository)) return [`--certificate-github-workflow-repository=${repository}`];
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(repository)} is no repository of GitHub's`,
    "Name it as OWNER/NAME, without a host.",
  );
}
