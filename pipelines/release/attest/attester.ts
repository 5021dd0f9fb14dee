import type { Cosign } from "#modules/cosign/src/index.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Predicate } from "./predicates.ts";

/** What is attested of one image, and by whom. */
export interface Attester {
  readonly cosign: Pick<Cosign, "attested" | "attest">;
  /** NAME@DIGEST */
  readonly image: string;
  readonly own: readonly Predicate[];
  /** Whether the key that signs is one that stays, so that what is there can be told. */
  readonly staying: boolean;
  /**
   * The digest that the registry has under the attestations' tag, empty where it has none: as it was before anything was
   * done, undefined where nobody looked; or as it is now, after this call wrote there or failed to.
   */
  stored(look: "before" | "again" | "failed"): Promise<string | undefined>;
}

/** How often is looked whether all of it stayed, when others attest the same image at the same time. */
const looks = 5;

/**
 * Attests what is not there yet, one after the other: cosign reads, adds and writes. A second release of the same digest
 * at the same time, as of a branch and its tag, may take away what this one wrote in between, so it is looked for again.
 *
 * @param onThere is told of each that is there, also where another failed.
 * @throws what cosign throws; REPORT_CONTRADICTORY when others take away what is attested for too long.
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
    // An answer that was lost says nothing of what it was an answer to.
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

/** The digest that a registry has under a tag, in cosign's words for it. */
export function inWords(stored: string | undefined): string {
  return stored === "" ? "none" : (stored ?? "");
}
