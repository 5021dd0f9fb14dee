import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { jsonIn } from "#pipelines/text/json.ts";

const containerStatus = z.looseObject({
  name: z.string(),
  imageID: z.string().default(""),
  ready: z.boolean().default(false),
});
const container = z.looseObject({ name: z.string(), image: z.string().default("") });
const schema = z.looseObject({
  kind: z.literal("Pod"),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().default(""),
    ownerReferences: z.array(z.looseObject({ kind: z.string() })).nullish(),
  }),
  spec: z.looseObject({
    containers: z.array(container),
    initContainers: z.array(container).nullish(),
  }),
  status: z.looseObject({
    phase: z.string().default(""),
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).nullish(),
    containerStatuses: z.array(containerStatus).nullish(),
    initContainerStatuses: z.array(containerStatus).nullish(),
  }),
});

/** A container of a Pod, and the image that the node really runs. */
export interface PodContainer {
  /** The reference in the Pod's settings. */
  readonly image: string;
  /** What the node reports; empty before it has the image. */
  readonly imageId: string;
}

/** A live Pod. */
export interface Pod {
  readonly name: string;
  readonly isReady: boolean;
  /** Whether it ends by design, or ended for good: it answers nobody. */
  readonly isOver: boolean;
  readonly containers: readonly PodContainer[];
}

/** The most Pods of one Application that are read. */
const most = 5000;

/**
 * Reads what `argocd app get-resource --kind=Pod --output=json` prints: documents of JSON with `---` between them.
 *
 * @throws REPORT_MALFORMED
 */
export function readPods(text: string, application: string): readonly Pod[] {
  const documents = text.split(/^---$/m).filter((part) => part.trim() !== "");
  if (documents.length > most) throw malformed(application, `it has more than ${most} Pods`);
  return documents.map((document) => {
    const read = schema.safeParse(jsonIn(document));
    if (!read.success) throw malformed(application, z.prettifyError(read.error).slice(0, 300));
    return podOf(read.data);
  });
}

function podOf({ metadata, spec, status }: z.output<typeof schema>): Pod {
  const ids = new Map(
    [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].map((each) => [
      each.name,
      each.imageID,
    ]),
  );
  const isReady = status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True");
  return {
    name: metadata.name,
    isReady: isReady === true,
    isOver:
      status.phase === "Succeeded" ||
      status.phase === "Failed" ||
      metadata.ownerReferences?.some(({ kind }) => kind === "Job") === true,
    containers: [...spec.containers, ...(spec.initContainers ?? [])].map(({ name, image }) => ({
      image,
      imageId: ids.get(name) ?? "",
    })),
  };
}

function malformed(application: string, why: string): SlipwayError {
  return new SlipwayError(
    "REPORT_MALFORMED",
    `Argo CD's answer about the Pods of ${application} cannot be read: ${why}`,
    "Check the server's version: Argo CD 2.10 and newer are supported.",
  );
}
