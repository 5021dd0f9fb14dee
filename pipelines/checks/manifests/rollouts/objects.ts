import { z } from "zod";
import type { Manifest } from "#modules/kustomize/src/manifests.ts";

/*
 * What is read of Argo Rollouts' objects and of those that they name. Further fields stay unread; a field of another type
 * is a fault. https://argo-rollouts.readthedocs.io/en/stable/features/specification/
 */

const name = z.string().min(1);
const labels = z.record(z.string(), z.string());
/** A number, or text that may be an argument such as {{args.count}}. */
const amount = z.union([z.number(), z.string()]);

const metadata = z.looseObject({ name, namespace: z.string().optional(), labels: labels.optional() });

const container = z.looseObject({ name, readinessProbe: z.looseObject({}).optional() });

const podTemplate = z.looseObject({
  metadata: z.looseObject({ labels: labels.optional() }).optional(),
  spec: z.looseObject({ containers: z.array(container) }),
});

const given = z.looseObject({ name, value: z.string().optional(), valueFrom: z.unknown().optional() });

/** A use of templates: in a step, beside the steps, before or after a switch. */
const analysis = z.looseObject({
  templates: z.array(z.looseObject({ templateName: name, clusterScope: z.boolean().optional() })),
  args: z.array(given).optional(),
  startingStep: z.number().optional(),
  dryRun: z.array(z.looseObject({ metricName: z.string() })).optional(),
});

export type Analysis = z.output<typeof analysis>;

const canary = z.looseObject({
  canaryService: z.string().optional(),
  stableService: z.string().optional(),
  pingPong: z.looseObject({ pingService: name, pongService: name }).optional(),
  steps: z
    .array(z.looseObject({ setWeight: z.number().optional(), analysis: analysis.optional() }))
    .optional(),
  analysis: analysis.optional(),
  scaleDownDelaySeconds: z.number().optional(),
  trafficRouting: z
    .looseObject({
      maxTrafficWeight: z.number().optional(),
      nginx: z
        .looseObject({ stableIngress: z.string().optional(), stableIngresses: z.array(name).optional() })
        .optional(),
      alb: z.looseObject({ ingress: z.string().optional(), rootService: z.string().optional() }).optional(),
      istio: z.looseObject({ destinationRule: z.unknown().optional() }).optional(),
    })
    .optional(),
});

export type Canary = z.output<typeof canary>;

const blueGreen = z.looseObject({
  activeService: z.string().optional(),
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

export type Rollout = z.output<typeof rollout>;

const metric = z.looseObject({
  name,
  interval: z.string().optional(),
  count: amount.optional(),
  successCondition: z.string().optional(),
  failureCondition: z.string().optional(),
  failureLimit: amount.optional(),
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
    dryRun: z.array(z.looseObject({ metricName: z.string() })).optional(),
    templates: z.array(z.looseObject({ templateName: name })).optional(),
  }),
});

export type Template = z.output<typeof template>;

const service = z.looseObject({
  metadata,
  spec: z.looseObject({ selector: labels.optional() }).optional(),
});

export type Service = z.output<typeof service>;

const workload = z.looseObject({ metadata, spec: z.looseObject({ template: podTemplate }) });

const named = z.looseObject({ metadata });

/** Everything in a rendering that Argo Rollouts looks at. */
export interface RolloutObjects {
  readonly rollouts: readonly Rollout[];
  readonly templates: readonly Template[];
  readonly services: readonly Service[];
  readonly deployments: readonly z.output<typeof workload>[];
  /** With their whole content, which names Services. */
  readonly ingresses: readonly z.output<typeof named>[];
  /** Objects whose fields have other types, each with the first such field. */
  readonly unreadable: readonly { readonly id: string; readonly at: string; readonly why: string }[];
}

const group = /^argoproj\.io\//;

/** Reads the objects of a rendering. */
export function rolloutObjects(manifests: readonly Manifest[]): RolloutObjects {
  const unreadable: { id: string; at: string; why: string }[] = [];
  const read = <Schema extends z.ZodType>(schema: Schema, is: (version: string, kind: string) => boolean) =>
    manifests.flatMap(({ id, content }): z.output<Schema>[] => {
      if (!is(String(content.apiVersion), String(content.kind))) return [];
      const { data, error } = schema.safeParse(content);
      const [issue] = error?.issues ?? [];
      if (issue !== undefined) unreadable.push({ id, at: issue.path.join("."), why: issue.message });
      return data === undefined ? [] : [data];
    });
  const kinds = (...all: string[]) => all;
  const ofGroup =
    (...all: string[]) =>
    (version: string, kind: string) =>
      group.test(version) && all.includes(kind);
  return {
    rollouts: read(rollout, ofGroup("Rollout")),
    templates: read(template, ofGroup("AnalysisTemplate", "ClusterAnalysisTemplate")),
    services: read(service, (version, kind) => version === "v1" && kind === "Service"),
    deployments: read(workload, (version, kind) => version === "apps/v1" && kind === "Deployment"),
    ingresses: read(named, (_, kind) => kinds("Ingress").includes(kind)),
    unreadable,
  };
}

/** Whether two objects can be in one namespace: one without is where the others are. */
export function isBeside(
  one: { readonly metadata: { readonly namespace?: string | undefined } },
  other: { readonly metadata: { readonly namespace?: string | undefined } },
): boolean {
  const [first, second] = [one.metadata.namespace, other.metadata.namespace];
  return first === undefined || second === undefined || first === second;
}

/** A number, if it is one and no argument. */
export function numberIn(value: number | string | undefined): number | undefined {
  if (value === undefined || typeof value === "number") return value;
  return /^-?\d+$/.test(value) ? Number(value) : undefined;
}
