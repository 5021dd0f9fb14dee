import { z } from "zod";
import { isRecord, type Manifest } from "#modules/kustomize/src/manifests.ts";

/*
 * What is read of Argo Rollouts' objects and of those that they name. Further fields stay unread; a field of another type
 * is a fault. https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */

const name = z.string().min(1);
const labels = z.record(z.string(), z.string());
/** Labels that something gets. */
const labelled = z.looseObject({ labels: labels.optional() }).optional();
/** A number, or text that may be an argument such as {{args.count}}. */
const amount = z.union([z.number(), z.string()]);

const metadata = z.looseObject({ name, namespace: z.string().optional(), labels: labels.optional() });

const container = z.looseObject({ name, readinessProbe: z.looseObject({}).optional() });

const podTemplate = z.looseObject({
  metadata: labelled,
  spec: z.looseObject({ containers: z.array(container) }),
});

const given = z.looseObject({ name, value: z.string().optional(), valueFrom: z.unknown().optional() });

const dryRun = z.array(z.looseObject({ metricName: z.string() })).optional();

/** A use of templates: in a step, beside the steps, before or after a switch. */
const analysis = z.looseObject({
  templates: z.array(z.looseObject({ templateName: name, clusterScope: z.boolean().optional() })),
  args: z.array(given).optional(),
  startingStep: z.number().optional(),
  dryRun,
});

export type Analysis = z.output<typeof analysis>;

const canary = z.looseObject({
  canaryService: z.string().optional(),
  canaryMetadata: labelled,
  stableMetadata: labelled,
  stableService: z.string().optional(),
  pingPong: z.looseObject({ pingService: name, pongService: name }).optional(),
  steps: z
    .array(
      z.looseObject({
        setWeight: z.number().optional(),
        analysis: analysis.optional(),
        experiment: z
          .looseObject({
            analyses: z
              .array(z.looseObject({ templateName: name, args: z.array(given).optional() }))
              .optional(),
            dryRun,
          })
          .optional(),
      }),
    )
    .optional(),
  analysis: analysis.optional(),
  scaleDownDelaySeconds: z.number().optional(),
  trafficRouting: z
    .looseObject({
      maxTrafficWeight: z.number().optional(),
      nginx: z
        .looseObject({ stableIngress: z.string().optional(), stableIngresses: z.array(name).optional() })
        .optional(),
      alb: z
        .looseObject({
          ingress: z.string().optional(),
          ingresses: z.array(name).optional(),
          rootService: z.string().optional(),
        })
        .optional(),
      istio: z.looseObject({ destinationRule: z.unknown().optional() }).optional(),
    })
    .optional(),
});

export type Canary = z.output<typeof canary>;

const blueGreen = z.looseObject({
  activeService: z.string().optional(),
  activeMetadata: labelled,
  previewMetadata: labelled,
  previewService: z.string().optional(),
  autoPromotionEnabled: z.boolean().optional(),
  prePromotionAnalysis: analysis.optional(),
  postPromotionAnalysis: analysis.optional(),
  scaleDownDelaySeconds: z.number().optional(),
});

export type BlueGreen = z.output<typeof blueGreen>;

const rollout = z.looseObject({
  metadata,
  spec: z.looseObject({
    revisionHistoryLimit: z.number().optional(),
    template: podTemplate.optional(),
    workloadRef: z.looseObject({ kind: z.string(), name }).optional(),
    strategy: z.looseObject({ canary: canary.optional(), blueGreen: blueGreen.optional() }).optional(),
  }),
});

export type Rollout = Placed<z.output<typeof rollout>>;

const metric = z.looseObject({
  name,
  interval: z.string().optional(),
  count: amount.optional(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  failureLimit: amount.optional(),
  inconclusiveLimit: amount.optional(),
  consecutiveSuccessLimit: amount.optional(),
  consecutiveErrorLimit: amount.optional(),
  provider: z.record(z.string(), z.unknown()),
});

export type Metric = z.output<typeof metric>;

const template = z.looseObject({
  kind: z.string(),
  metadata,
  spec: z.looseObject({
    args: z.array(given).optional(),
    metrics: z.array(metric).optional(),
    dryRun,
    templates: z.array(z.looseObject({ templateName: name })).optional(),
  }),
});

export type Template = Placed<z.output<typeof template>>;

const service = z.looseObject({
  metadata,
  spec: z.looseObject({ selector: labels.optional() }).optional(),
});

export type Service = z.output<typeof service>;

const workload = z.looseObject({ metadata, spec: z.looseObject({ template: podTemplate }) });

const ingress = z.looseObject({ metadata, spec: z.unknown() });

/** Everything in a rendering that Argo Rollouts looks at. */
export interface RolloutObjects {
  readonly rollouts: readonly Rollout[];
  readonly templates: readonly Template[];
  readonly services: readonly Service[];
  readonly deployments: readonly z.output<typeof workload>[];
  /** With their whole content, which names Services. */
  readonly ingresses: readonly z.output<typeof ingress>[];
  /** Rollouts and analyses with fields of other types, each with the first such field. */
  readonly unreadable: readonly Placed<{
    readonly object: string;
    readonly at: string;
    readonly why: string;
  }>[];
}

/** Something of a file. */
export type Placed<Value> = Value & { readonly path: string };

const group = /^argoproj\.io\//;
const analyses: ReadonlySet<unknown> = new Set(["AnalysisTemplate", "ClusterAnalysisTemplate"]);

/** Reads the objects of files that are deployed together. */
export function rolloutObjects(manifests: readonly Placed<Manifest>[]): RolloutObjects {
  const unreadable: RolloutObjects["unreadable"][number][] = [];
  const objects = manifests.flatMap(({ content, path }) =>
    itemsOf(plain(content)).map((item) => ({ item, path })),
  );
  const read = <Schema extends z.ZodType>(schema: Schema, is: (version: string, kind: unknown) => boolean) =>
    objects.flatMap(({ item, path }): Placed<z.output<Schema>>[] => {
      if (!is(String(item.apiVersion), item.kind)) return [];
      const { data, error } = schema.safeParse(item);
      const [issue] = error?.issues ?? [];
      if (issue !== undefined && group.test(String(item.apiVersion)))
        unreadable.push({ object: titleOf(item), at: issue.path.join("."), why: issue.message, path });
      return data === undefined ? [] : [Object.assign(data as object, { path }) as Placed<z.output<Schema>>];
    });
  return {
    rollouts: read(rollout, (version, kind) => group.test(version) && kind === "Rollout"),
    templates: read(template, (version, kind) => group.test(version) && analyses.has(kind)),
    services: read(service, (version, kind) => version === "v1" && kind === "Service"),
    deployments: read(workload, (version, kind) => version === "apps/v1" && kind === "Deployment"),
    ingresses: read(ingress, (_, kind) => kind === "Ingress"),
    unreadable,
  };
}

/** The kind, the namespace and the name of an object. */
export function titleOf({
  kind,
  metadata,
}: {
  readonly kind?: unknown;
  readonly metadata?: unknown;
}): string {
  const { namespace, name: own } = isRecord(metadata) ? metadata : {};
  return `${kind} ${[namespace, own].filter((part) => part !== undefined).join("/")}`;
}

type Content = Manifest["content"];

/** The objects of a list, or the object itself. */
function itemsOf(content: Content): readonly Content[] {
  const { kind, items } = content;
  return typeof kind === "string" && kind.endsWith("List") && Array.isArray(items)
    ? items.filter(isRecord)
    : [content];
}

/** Without fields that are null, which Kubernetes takes for absent, and without circles. */
function plain(content: Content): Content {
  const within = new Set<unknown>();
  const copied = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (within.has(value)) return undefined;
    within.add(value);
    const copy = Array.isArray(value)
      ? value.map(copied)
      : Object.fromEntries(
          Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, copied(inner)]])),
        );
    within.delete(value);
    return copy;
  };
  const copy = copied(content);
  return isRecord(copy) ? copy : {};
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}

/** The object of a name that can be in the namespace of another one. */
export function besideOf<Each extends Named>(
  objects: readonly Each[],
  name: string,
  other: Named,
): Each | undefined {
  return objects.find((each) => each.metadata.name === name && isBeside(each, other));
}

/** Whether two objects can be in one namespace: one without is where the others are. */
export function isBeside(one: Named, other: Named): boolean {
  const [first, second] = [one.metadata.namespace, other.metadata.namespace];
  return first === undefined || second === undefined || first === second;
}

/** A number, if it is one and no argument. */
export function numberIn(value: number | string | undefined): number | undefined {
  if (value === undefined || typeof value === "number") return value;
  return /^-?\d+$/.test(value) ? Number(value) : undefined;
}
