import type { Cosign } from "#modules/cosign/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Predicate } from "./predicates.ts";

/** The attestations for one image, and the signer. */
export interface Attester {
  readonly cosign: Pick<Cosign, "attested" | "attest">;
  /** NAME@DIGEST */
  readonly image: string;
  readonly own: readonly Predicate[];
  /** Whether the signing key is permanent, so that existing attestations can be recognized. */
  readonly staying: boolean;
  /**
   * The digest under the attestations' tag in the registry; empty if there is no such tag.
   *
   * - `before`: as it was before this call wrote anything; undefined if nobody looked.
   * - `again` and `failed`: as it is now, after this call wrote there or failed to.
   */
  stored(look: "before" | "again" | "failed"): Promise<string | undefined>;
}

/** The number of times that the attestations are written, while others attest the same image at the same time. */
const looks = 5;

/**
 * Writes the missing attestations, one after the other, because cosign reads, adds and writes. Another release of
 * the same digest at the same time, such as of a branch and its tag, may overwrite them. So they are checked again.
 *
 * @param onThere is called for each attestation that exists, even if another failed.
 * @throws the errors of cosign; REPORT_CONTRADICTORY when others overwrite the attestations too often.
 */
export async function attestAll(attesting: Attester, onThere: (predicate: Predicate) => void): Promise<void> {
  const { own } = attesting;
  let there = own.map(() => false);
  try {
    for (let look = 0; look <= looks; look++) {
      there = await thereAre(attesting, look === 0 ? "before" : "again");
      if (!there.includes(false)) return;
      if (look === looks) break;
      for (const [at, { uri, predicate }] of own.entries()) {
        if (there[at]) continue;
        await attesting.cosign.attest(attesting.image, predicate, uri, true);
        there[at] = true;
      }
      if (!attesting.staying) return;
    }
    const lost = own.filter((_, at) => !there[at]).map(({ type }) => type);
    throw new SlipwayError(
      "REPORT_CONTRADICTORY",
      `${attesting.image}: the attestations ${lost.join(", ")} were written ${looks} times and are still missing`,
      "Stop other jobs that attest this image at the same time, and run the release again.",
    );
  } catch (error) {
    // After a lost answer, it is not known whether the write succeeded.
    const now = await thereAre(attesting, "failed").catch(() => []);
    there = there.map((known, at) => known || now[at] === true);
    throw error;
  } finally {
    for (const [at, predicate] of own.entries()) if (there[at]) onThere(predicate);
  }
}

async function thereAre({ cosign, image, own, stored }: Attester, look: "before" | "again" | "failed") {
  const [predicates, types] = [own.map(({ predicate }) => predicate), own.map(({ uri }) => uri)];
  const places = await cosign.attested(image, predicates, types, inWords(await stored(look)));
  return places.map((place) => place !== "");
}

/** The digest under a tag, in the form that cosign expects. */
export function inWords(stored: string | undefined): string {
  return stored === "" ? "none" : (stored ?? "");
}
