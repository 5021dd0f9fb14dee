import type { File } from "@dagger.io/dagger";
import { attested, signerAt } from "./existing.ts";
import { signingFlags } from "./flags.ts";
import { readPredicate, typeUri } from "./predicate.ts";
import { attached, parseReference } from "./reference.ts";
import { refusal } from "./refusal.ts";
import { write } from "./run.ts";
import { checkSigner, type Settings } from "./settings.ts";
import { signingTool } from "./tool.ts";

/** The arguments of `Cosign.attest`. */
export interface AttestRequest {
  readonly image: string;
  readonly predicate: File;
  readonly predicateType: string;
  readonly anew: boolean;
}

/** See `Cosign.attest`. */
export async function attestImage(
  settings: Settings,
  { image, predicate, predicateType, anew }: AttestRequest,
): Promise<string> {
  const reference = parseReference(image);
  checkSigner(settings);
  const uri = typeUri(predicateType);
  if (anew) await readPredicate(predicate);
  const own = { image, predicates: [predicate], types: [predicateType], stored: "" };
  const [there = ""] = anew ? [] : await attestedPlaces(settings, own);
  if (there === "") {
    const path = "/input/predicate.json";
    const flags = [...signingFlags(settings), `--predicate=${path}`, `--type=${uri}`];
    const tool = (await signingTool(settings, reference)).withMountedFile(path, predicate);
    const done = async () => (await attestedPlaces(settings, own))[0] !== "";
    const ran = await write(tool, ["attest", ...flags, reference.image], settings.deadline, done);
    if (ran.exitCode !== 0) throw refusal("attesting", reference, ran);
  }
  return attached(reference, "att");
}

/** The arguments of `Cosign.attested`. */
export interface AttestedRequest {
  readonly image: string;
  readonly predicates: readonly File[];
  readonly types: readonly string[];
  readonly stored: string;
}

/** See `Cosign.attested`. */
export async function attestedPlaces(
  settings: Settings,
  { image, predicates, types, stored }: AttestedRequest,
): Promise<string[]> {
  const reference = parseReference(image);
  checkSigner(settings);
  const uris = types.map(typeUri);
  const contents = await Promise.all(predicates.map(readPredicate));
  const own = await signerAt(settings, reference, stored);
  if (own === undefined) return contents.map(() => "");
  return Promise.all(
    contents.map(async (content, at) =>
      (await attested(settings, reference, own, uris[at] ?? "", content, stored))
        ? attached(reference, "att")
        : "",
    ),
  );
}
