import { parseManifests } from "#modules/kustomize/src/manifests.ts";
import { imageIn, type WishedImage } from "./image.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The kinds whose Pods run as long as the object exists. https://kubernetes.io/docs/concepts/workloads/ */
const lasting: ReadonlySet<string> = new Set([
  "DaemonSet",
  "Deployment",
  "Pod",
  "ReplicaSet",
  "ReplicationController",
  "Rollout",
  "StatefulSet",
]);

/**
 * Finds the images of the Pods that manifests ask for.
 *
 * @param text a stream of YAML.
 * @throws REPORT_MALFORMED when it is none, or passes limits.
 */
export function imagesIn(text: string): readonly WishedImage[] {
  return parseManifests(text).flatMap(({ content }) => {
    const items = content.kind === "List" && Array.isArray(content.items) ? content.items : [content];
    return items.filter(isFields).flatMap(imagesOf);
  });
}

function imagesOf(object: Fields): readonly WishedImage[] {
  const { kind } = object;
  const spec = fieldsAt(object, "spec");
  const runs = typeof kind === "string" && lasting.has(kind) && spec?.replicas !== 0;
  return podsIn(object, 0).flatMap((pod) =>
    ["containers", "initContainers"]
      .flatMap((list) => pod[list])
      .filter(isFields)
      .flatMap(({ image }) => imageIn(image, runs) ?? []),
  );
}

/** The settings of Pods: maps with a list `containers`, wherever an object has them. */
function podsIn(value: Fields, depth: number): readonly Fields[] {
  if (Array.isArray(value.containers)) return [value];
  if (depth > 5) return [];
  return Object.values(value)
    .filter(isFields)
    .flatMap((inner) => podsIn(inner, depth + 1));
}

function fieldsAt(object: Fields, key: string): Fields | undefined {
  const value = object[key];
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
