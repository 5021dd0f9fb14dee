import type { Directory } from "@dagger.io/dagger";
import type { EnvironmentSettings, Tools } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { Access } from "#pipelines/release/request.ts";
import { verify } from "#pipelines/verify/verify.ts";
import type { EnvironmentState } from "./environments.ts";
import type { Held, HeldImage } from "./held-image.ts";
import { configFile, type GitopsRepository, textAt } from "./repository.ts";

/** What an environment asks of images before they go there. */
export type EvidenceRules = NonNullable<EnvironmentSettings["evidence"]>;

/** Where the rules and the images are. */
export interface EvidencePlace {
  /** The files of the GitOps repository, with the public keys. */
  readonly tree: Directory;
  readonly registryAccess: Access;
  readonly tools: Tools;
  /** What this call has held so far, by rules and image: several environments mostly have the same rules. */
  readonly held?: Held;
}

/**
 * Refuses images that do not have the evidence which an environment asks for. Images that are there already are not
 * asked again, so that a repeated call converges.
 *
 * @returns what was asked of each image, and passed.
 * @param kind a rollback does not ask for the age of the scan: the way back is shorter than the way forth.
 * @throws EVIDENCE_REFUSED, and the errors of `holdImages`.
 */
export async function assertEvidence(
  { tree, config }: GitopsRepository,
  { stage: { name, settings }, images: present }: EnvironmentState,
  images: readonly UpdateImage[],
  access: Pick<EvidencePlace, "registryAccess" | "held">,
  kind: "promotion" | "rollback",
): Promise<readonly HeldImage[]> {
  if (settings.evidence === undefined) return [];
  const { attestations } = settings.evidence;
  const rules =
    kind === "promotion"
      ? settings.evidence
      : { ...settings.evidence, attestations: attestations.filter((each) => each !== "vulnerabilities") };
  const there = new Set(present.map((image) => `${image.name}@${image.digest}`));
  const wanted = images.filter((image) => !there.has(`${image.name}@${image.digest}`));
  const held = await holdImages({ ...access, tree, tools: config.tools }, rules, wanted);
  const missing = held.flatMap((image) => image.missing);
  if (missing.length === 0) return held;
  throw new SlipwayError(
    "EVIDENCE_REFUSED",
    `${name} asks for evidence that is missing: ${missing.join("; ")}`,
    `Release the images again, or change \`environments.${name}.evidence\` in ${configFile} of the GitOps repository.`,
  );
}

/**
 * Holds images against an environment's rules. What cannot be looked at is missing. The rules come from the GitOps
 * repository alone.
 *
 * @throws PATH_NOT_FOUND when a key is not in the repository; ARGUMENT_INVALID for rules that `verify` refuses.
 */
export async function holdImages(
  place: EvidencePlace,
  rules: EvidenceRules,
  images: readonly UpdateImage[],
): Promise<readonly HeldImage[]> {
  const remedy = `Add the public key, or correct \`evidence.keys\` in its ${configFile}.`;
  const keys = await Promise.all(rules.keys.map((key) => textAt(place.tree, key, remedy)));
  return Promise.all(images.map((image) => heldOnce(place, rules, keys, image)));
}

function heldOnce(
  place: EvidencePlace,
  rules: EvidenceRules,
  keys: readonly string[],
  image: UpdateImage,
): Promise<HeldImage> {
  const key = JSON.stringify([rules, keys, image.name, image.digest]);
  const known = place.held?.get(key) ?? hold(place, rules, image);
  place.held?.set(key, known);
  return known;
}

async function hold(
  { tree, registryAccess, tools }: EvidencePlace,
  { keys, maxScanAge, ...rules }: EvidenceRules,
  { name, digest }: UpdateImage,
): Promise<HeldImage> {
  const image = `${name}@${digest}`;
  try {
    const { checks } = await verify({
      ...rules,
      image,
      keys: keys.map((key) => tree.file(key)),
      maxAge: `${maxScanAge}s`,
      registryAccess,
      authorities: {},
      tools,
    });
    const missing = checks
      .filter(({ outcome }) => outcome !== "passed")
      .map((check) => `${image}: ${check.name} ${check.outcome}${reasonsOf(check)}`);
    const passed = checks.filter(({ outcome }) => outcome === "passed").map((check) => check.name);
    return { image, checks: passed, missing };
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === "ARGUMENT_INVALID") throw error;
    return { image, checks: [], missing: [`${image}: ${reasonText(explain(error))}`] };
  }
}

function reasonsOf({ reasons }: { readonly reasons: readonly { readonly text: string }[] }): string {
  return reasons.length === 0 ? "" : `: ${reasons.map(({ text }) => text).join(", ")}`;
}
