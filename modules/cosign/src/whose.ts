import type { Container, File } from "@dagger.io/dagger";
import { fault } from "./fault.ts";
import { trustFlags } from "./flags.ts";
import { keylessWithoutLog, type Settings } from "./settings.ts";
import { publicKeyPath, withVariables } from "./tool.ts";

/** Whose signature is looked for, as a call names it. */
export interface Named {
  readonly publicKey?: File;
  readonly identity: string;
  readonly identityPattern: string;
  readonly issuer: string;
}

/** The same as cosign is told it. */
export interface Whose {
  readonly flags: readonly string[];
  with(tool: Container): Container;
}

/**
 * Says how to look for signatures by a public key, an identity or the KMS.
 *
 * @throws ARGUMENT_INVALID when none or several are named, an identity without its issuer, or keyless without a log.
 */
export function whose(settings: Settings, { publicKey, identity, identityPattern, issuer }: Named): Whose {
  const identities = [identity, identityPattern].filter((each) => each !== "").length;
  const nobody = identities === 0 && issuer === "";
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
    const flags = [who, `--certificate-oidc-issuer=${issuer}`, ...trustFlags(settings, true)];
    return { flags, with: (tool) => tool };
  }
  throw fault(
    "ARGUMENT_INVALID",
    "It is not said whose signature is looked for",
    "Give a public key, or an identity or a pattern of it with its issuer, or call with-kms first.",
  );
}
