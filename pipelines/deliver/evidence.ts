import type { Directory } from "@dagger.io/dagger";
import type { EnvironmentSettings, Tools } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain, reasonText } from "#pipelines/errors/explain.ts";
import type { UpdateImage } from "#pipelines/release/gitops/edit.ts";
import type { Access } from "#pipelines/release/request.ts";
import { verify } from "#pipelines/verify/verify.ts";
import type { EnvironmentState } from "./environments.ts";
import { configFile, type GitopsRepository, textAt } from "./repository.ts";

/** What an environment asks of images before they go there. */
export type EvidenceRules = NonNullable<EnvironmentSettings["evidence"]>;

/** Where the rules and the images are. */
export interface EvidencePlace {
  /** The files of the GitOps repository, with the public keys. */
  readonly tree: Directory;
  readonly registryAccess: Access;
  readonly tools: Tools;
}

/**
 * Refuses images that do not have the evidence which an environment asks for. Images that are there already are not
 * asked again, so that a repeated call converges.
 *
 * @param kind a rollback does not ask for the age of the scan: the way back is shorter than the way forth.
 * @throws EVIDENCE_REFUSED, and the errors of `missingEvidence`.
 */
export async function assertEvidence(
  { tree, config }: GitopsRepository,
  { stage: { name, settings }, images: present }: EnvironmentState,
  images: readonly UpdateImage[],
  registryAccess: Access,
  kind: "promotion" | "rollback",
): Promise<void> {
  if (settings.evidence === undefined) return;
  const { attestations } = settings.evidence;
  const rules =
    kind === "promotion"
      ? settings.evidence
      : { ...settings.evidence, attestations: attestations.filter((each) => each !== "vulnerabilities") };
  const there = new Set(present.map((image) => `${image.name}@${image.digest}`));
  const wanted = images.filter((image) => !there.has(`${image.name}@${image.digest}`));
  const missing = await missingEvidence({ tree, registryAccess, tools: config.tools }, rules, wanted);
  if (missing.length === 0) return;
  throw new SlipwayError(
    "EVIDENCE_REFUSED",
    `${name} asks for evidence that is missing: ${missing.join("; ")}`,
    `Release the images again, or change \`environments.${name}.evidence\` in ${configFile} of the GitOps repository.`,
  );
}

/**
 * Holds images against an environment's rules, and tells what is missing, a clause each. What cannot be looked at is
 * missing too. The rules come from the GitOps repository alone.
 *
 * @throws PATH_NOT_FOUND when a key is not in the repository; ARGUMENT_INVALID for rules that `verify` refuses.
 */
export async function missingEvidence(
  place: EvidencePlace,
  rules: EvidenceRules,
  images: readonly UpdateImage[],
): Promise<readonly string[]> {
  const remedy = `Add the public key, or correct \`evidence.keys\` in its ${configFile}.`;
  await Promise.all(rules.keys.map((key) => textAt(place.tree, key, remedy)));
  return (await Promise.all(images.map((image) => missingOf(place, rules, image)))).flat();
}

async function missingOf(
  { tree, registryAccess, tools }: EvidencePlace,
  { keys, maxScanAge, ...rules }: EvidenceRules,
  { name, digest }: UpdateImage,
): Promise<readonly string[]> {
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
    return checks
      .filter(({ outcome }) => outcome !== "passed")
      .map((check) => `${image}: ${check.name} ${check.outcome}${reasonsOf(check)}`);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === "ARGUMENT_INVALID") throw error;
    return [`${image}: ${reasonText(explain(error))}`];
  }
}

function reasonsOf({ reasons }: { readonly reasons: readonly { readonly text: string }[] }): string {
  return reasons.length === 0 ? "" : `: ${reasons.map(({ text }) => text).join(", ")}`;
}
