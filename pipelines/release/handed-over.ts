import { dag } from "@dagger.io/dagger";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Predicate, PredicateContext } from "#pipelines/release/attest/predicates.ts";
import { type Evidence, readEvidence } from "#pipelines/release/evidence/evidence.ts";
import { atRegistry } from "#pipelines/release/publish/image-names.ts";
import type { Publisher } from "#pipelines/release/publish/publisher.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import type { Supply } from "./supply.ts";

/** The arguments of `handedOver`. */
export interface HandedOptions {
  readonly evidence: Evidence;
  readonly publish: Publisher;
  /** What is attested to each image, except its provenance. */
  readonly attest: readonly Predicate["type"][];
  readonly context: PredicateContext;
  /** The registry that replaces the one in the images' names. */
  readonly registry?: string;
}

/**
 * Takes the images from the evidence of a call that built them elsewhere. It runs no code of the project.
 *
 * @throws EVIDENCE_INVALID when the evidence is not that of this commit, or names other images than slipway.yaml.
 */
export async function handedOver({
  evidence,
  publish,
  attest,
  context,
  registry,
}: HandedOptions): Promise<Supply<ReadyImage>> {
  const { facts, workspace } = context;
  const attested = await readEvidence(evidence, facts.commit, attest);
  const images = [...attested.keys()];
  const planned = workspace.plan.services.flatMap(({ name, image }) =>
    image && image.name !== undefined
      ? [`${name}: ${image.name} as ${atRegistry(image.name, registry)}`]
      : [],
  );
  const given = images.map(({ service, configured, name }) => `${service}: ${configured} as ${name}`);
  if (planned.toSorted().join("\n") !== given.toSorted().join("\n")) {
    throw new SlipwayError(
      "EVIDENCE_INVALID",
      `the evidence is of other images than those of slipway.yaml: ${given.join(", ")}`,
      "Pass the same --service and --registry to both calls.",
    );
  }
  return {
    images,
    verdict: {
      outcome: "passed",
      checks: [],
      notes: [`another call checked and built these images: its evidence is ${evidence.digest}`],
    },
    reports: dag.directory(),
    attested: async () => attested,
    publish: (image, note) => publish.confirm(image, note, facts),
  };
}
