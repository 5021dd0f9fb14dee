import type { File } from "@dagger.io/dagger";
import type { Cosign } from "#modules/cosign/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";

/** A certificate authority and a transparency log that replace Sigstore's public ones. */
export interface Authorities {
  /** Fulcio's address. */
  readonly fulcio?: string;
  /** Its certificates in PEM. */
  readonly fulcioRoots?: File;
  /** The public key of its certificate log; without it, a certificate need not be in any log. */
  readonly ctLogKey?: File;
  /** Rekor's address. */
  readonly rekor?: string;
  /** Its public key in PEM. */
  readonly rekorKey?: File;
}

/**
 * Makes cosign use and trust these authorities.
 *
 * @throws ARGUMENT_INVALID when an address is set without the certificates or key to trust it.
 */
export function withAuthorities(cosign: Cosign, authorities: Authorities): Cosign {
  const { fulcio, fulcioRoots, ctLogKey, rekor, rekorKey } = authorities;
  paired("fulcio", fulcio, "fulcio-roots", fulcioRoots);
  paired("rekor", rekor, "rekor-key", rekorKey);
  const logged = rekor && rekorKey ? cosign.withLog(rekor, rekorKey) : cosign;
  return fulcio && fulcioRoots ? logged.withFulcio(fulcio, fulcioRoots, ctLogKey) : logged;
}

function paired(name: string, url: string | undefined, argument: string, file: File | undefined): void {
  if ((url === undefined) === (file === undefined)) return;
  const [given, lacking] = url === undefined ? [`--${argument}`, name] : [name, `--${argument}`];
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `${given} is set, but ${lacking} is not`,
    "For your own authority, set both its address and the file that it is trusted by.",
  );
}
