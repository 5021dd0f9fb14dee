import { parseKustomization } from "#modules/kustomize/src/kustomization.ts";
import { refuseLinks } from "#modules/kustomize/src/links.ts";
import { kustomizationFile, overlaySegments, pathsTo } from "#modules/kustomize/src/overlay.ts";
import { imagesIn } from "#pipelines/init/kustomizations.ts";
import { imageNamesOf } from "#pipelines/plan/plan.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, ok, wrongBy } from "./diagnosis.ts";

/** Reports for each kustomization whether it can be read, and for each bumped overlay whether it can be edited. */
export async function diagnoseManifests(surveyed: LoadedSource): Promise<readonly Diagnosis[]> {
  const { plan, config } = surveyed;
  const skip = config.manifests === false ? ["."] : config.manifests.skip;
  const rendered = plan.kustomizations.filter(
    ({ folder }) => !skip.some((skipped) => isWithin(folder, skipped)),
  );
  const folders = new Set([...rendered.map(({ folder }) => folder), ...plan.overlays]);
  const diagnoses = await Promise.all([...folders].map((folder) => ofFolder(surveyed, folder)));
  const images = imageNamesOf(plan.services);
  const isIdle = plan.overlays.length === 0 && images.length > 0 && plan.kustomizations.length > 0;
  return [
    ...diagnoses.flat(),
    ...(isIdle && config.release?.gitops === undefined
      ? [
          advice(
            "bump",
            "no overlay is configured to receive the images",
            "Add the overlay's folder under `bump.overlays` in slipway.yaml.",
          ),
        ]
      : []),
  ];
}

async function ofFolder(
  { source, plan, facts }: LoadedSource,
  folder: string,
): Promise<readonly Diagnosis[]> {
  const isBumped = plan.overlays.includes(folder);
  const about = `${isBumped ? "bump" : "manifests"}/${folder}`;
  try {
    const file = join(folder, kustomizationFile(folder, new Tree(facts).names(folder)));
    const text = await facts.read(file);
    if (isBumped) {
      const remedy = "Replace the link with the file itself: Slipway does not edit the target of a link.";
      await refuseLinks(source, pathsTo(overlaySegments(file)), remedy);
    }
    parseKustomization(file, text);
    return isBumped ? strangers(about, text, imageNamesOf(plan.services)) : [];
  } catch (error) {
    return [wrongBy(about, error)];
  }
}

function strangers(about: string, text: string, ours: readonly string[]): readonly Diagnosis[] {
  const others = imagesIn(text)
    .map(({ pulled }) => pulled)
    .filter((image) => !ours.includes(image));
  if (others.length === 0) return [ok(about, "names only images of the services")];
  return [
    advice(
      about,
      `names ${others.join(", ")}, which no service builds`,
      "Correct the name there or under `services` in slipway.yaml. Keep it if another project builds the image.",
    ),
  ];
}
