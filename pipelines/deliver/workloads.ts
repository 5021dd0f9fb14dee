import { parseManifests } from "#modules/kustomize/src/manifests.ts";
import { imageIn, joinedImages, type WishedImage } from "./image.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The kinds whose Pods end. https://kubernetes.io/docs/concepts/workloads/controllers/job/ */
const ending: ReadonlySet<string> = new Set(["CronJob", "Job"]);

/** The kinds that only describe others, or hold data. */
const silent: ReadonlySet<string> = new Set(["ConfigMap", "CustomResourceDefinition", "Secret"]);

/**
 * Finds the images that manifests name: those of Pods, and those with a digest in any other field for an image, as
 * custom resources have them.
 *
 * @param text a stream of YAML.
 * @throws REPORT_MALFORMED when it is none, or passes limits.
 */
export function manifestImages(text: string): readonly WishedImage[] {
  const all = parseManifests(text).flatMap(({ content }) => {
    const items = content.kind === "List" && Array.isArray(content.items) ? content.items : [content];
    return items.filter(isFields).flatMap(imagesOf);
  });
  return joinedImages(all);
}

function imagesOf(object: Fields): readonly WishedImage[] {
  const { kind, spec } = object;
  if (typeof kind === "string" && silent.has(kind)) return [];
  const isIdle = isFields(spec) && spec.replicas === 0;
  const runs = !isIdle && !(typeof kind === "string" && ending.has(kind));
  return named(object, runs, 0);
}

/** The images of a value: what is called an image, in lists and maps. */
function named(value: unknown, runs: boolean, depth: number): readonly WishedImage[] {
  if (depth > 30) return [];
  if (Array.isArray(value)) return value.flatMap((each) => named(each, runs, depth + 1));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (!/^image$|Image$/.test(key) || typeof inner !== "string") return named(inner, runs, depth + 1);
    const image = imageIn(inner, runs);
    // Other fields may have a name alone: only those of Pods are surely images.
    return image === undefined || (image.digest === undefined && key !== "image") ? [] : [image];
  });
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
