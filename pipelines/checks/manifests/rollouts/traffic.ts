import { isRecord } from "#modules/kustomize/src/manifests.ts";
import type { Fault } from "./fault.ts";
import { isBeside, type Rollout, type RolloutObjects } from "./objects.ts";

/** The faults by which users get another version than the steps say: Services, routes and Pods that do not fit. */
export function* trafficFaults(rollout: Rollout, objects: RolloutObjects): Generator<Fault> {
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  if (canary !== undefined) {
    const { stableService, canaryService, pingPong, trafficRouting } = canary;
    // Istio can tell Pods apart by their labels, without Services.
    const bySubset = trafficRouting?.istio?.destinationRule !== undefined;
    const needsServices = trafficRouting !== undefined && pingPong === undefined && !bySubset;
    if (needsServices && (stableService === undefined || canaryService === undefined)) {
      yield {
        rule: "services",
        what: "it routes traffic and does not name both `stableService` and `canaryService`",
        remedy: "Name both.",
      };
    }
    yield* pairFaults(["stableService", stableService], ["canaryService", canaryService]);
    const all = [stableService, canaryService, pingPong?.pingService, pingPong?.pongService];
    yield* serviceFaults(all, rollout, objects);
    const { nginx, alb } = trafficRouting ?? {};
    const ofNginx = [nginx?.stableIngress, ...(nginx?.stableIngresses ?? [])];
    yield* ingressFaults(ofNginx, stableService, rollout, objects);
    yield* ingressFaults(
      [alb?.ingress, ...(alb?.ingresses ?? [])],
      alb?.rootService ?? stableService,
      rollout,
      objects,
    );
  }
  if (blueGreen !== undefined) {
    const { activeService, previewService, autoPromotionEnabled, prePromotionAnalysis } = blueGreen;
    if (activeService === undefined) {
      yield { rule: "services", what: "it names no `activeService`", remedy: "Name it." };
    }
    if (previewService === undefined && (autoPromotionEnabled === false || prePromotionAnalysis)) {
      yield {
        rule: "services",
        what: "it waits before the switch and names no `previewService`: nobody can look at the new version",
        remedy: "Name a Service for the preview.",
      };
    }
    yield* pairFaults(["activeService", activeService], ["previewService", previewService]);
    yield* serviceFaults([activeService, previewService], rollout, objects);
  }
}

type Named = readonly [field: string, name: string | undefined];

function* pairFaults([first, one]: Named, [second, other]: Named): Generator<Fault> {
  if (one === undefined || one !== other) return;
  yield {
    rule: "services",
    what: `\`${first}\` and \`${second}\` are both ${one}: no traffic can be told apart`,
    remedy: "Name two Services.",
  };
}

function* serviceFaults(
  names: readonly (string | undefined)[],
  rollout: Rollout,
  objects: RolloutObjects,
): Generator<Fault> {
  const labels = podLabels(rollout, objects);
  for (const name of new Set(names)) {
    if (name === undefined) continue;
    const service = objects.services.find((each) => each.metadata.name === name && isBeside(each, rollout));
    if (service === undefined) {
      if (objects.services.length === 0) continue;
      yield {
        rule: "services",
        what: `it names the Service ${name}, which the rendering does not have`,
        remedy: "Add the Service beside it, or correct the name.",
      };
      continue;
    }
    const selector = Object.entries(service.spec?.selector ?? {});
    const other = selector.find(([label, value]) => label !== hash && labels?.[label] !== value);
    if (labels === undefined || (selector.length > 0 && other === undefined)) continue;
    yield {
      rule: "services",
      what:
        other === undefined
          ? `the Service ${name} selects no Pods`
          : `the Service ${name} selects ${other.join("=")}, which its Pods do not have`,
      remedy: "Let the Service select the labels of the Pods.",
    };
  }
}

/** The label that Argo Rollouts sets itself. */
const hash = "rollouts-pod-template-hash";

/** The labels of its Pods; undefined if the rendering does not have their template. */
function podLabels(rollout: Rollout, objects: RolloutObjects): Readonly<Record<string, string>> | undefined {
  const template = podTemplate(rollout, objects);
  if (template === undefined) return undefined;
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  // Set on the Pods while they have that part.
  const given = [
    canary?.canaryMetadata,
    canary?.stableMetadata,
    blueGreen?.activeMetadata,
    blueGreen?.previewMetadata,
  ];
  return Object.assign({}, template.metadata?.labels, ...given.map((each) => each?.labels));
}

/** The template of its Pods, its own or that of the Deployment that it names. */
export function podTemplate({ spec, ...rollout }: Rollout, { deployments }: RolloutObjects) {
  const { template, workloadRef } = spec;
  if (template !== undefined || workloadRef?.kind !== "Deployment") return template;
  return deployments.find((each) => each.metadata.name === workloadRef.name && isBeside(each, rollout))?.spec
    .template;
}

function* ingressFaults(
  names: readonly (string | undefined)[],
  service: string | undefined,
  rollout: Rollout,
  objects: RolloutObjects,
): Generator<Fault> {
  for (const name of new Set(names)) {
    if (name === undefined) continue;
    const ingress = objects.ingresses.find((each) => each.metadata.name === name && isBeside(each, rollout));
    if (ingress === undefined) {
      if (objects.ingresses.length === 0) continue;
      yield {
        rule: "ingress",
        what: `it routes by the Ingress ${name}, which the rendering does not have`,
        remedy: "Add the Ingress beside it, or correct the name.",
      };
    } else if (service !== undefined && !namesOf(ingress).has(service)) {
      yield {
        rule: "ingress",
        what: `the Ingress ${name} does not lead to the Service ${service}`,
        remedy: "Let it lead there.",
      };
    }
  }
}

/** The Services that an Ingress leads to, as each version of its API names them. */
function namesOf({ spec }: { readonly spec?: unknown }): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) look(each);
    if (!isRecord(value)) return;
    if (isRecord(value.service)) found.add(value.service.name);
    found.add(value.serviceName);
    for (const each of Object.values(value)) look(each);
  };
  look(spec);
  return found;
}

/** The Services and Ingresses of another rendering, or of the cluster: this one has none of their kind. */
export function unseenPlaces(rollout: Rollout, { services, ingresses }: RolloutObjects): readonly string[] {
  const { canary, blueGreen } = rollout.spec.strategy ?? {};
  const { nginx, alb } = canary?.trafficRouting ?? {};
  const named = [
    canary?.stableService,
    canary?.canaryService,
    blueGreen?.activeService,
    blueGreen?.previewService,
  ];
  const routes = [
    nginx?.stableIngress,
    ...(nginx?.stableIngresses ?? []),
    alb?.ingress,
    ...(alb?.ingresses ?? []),
  ];
  return [
    ...(services.length > 0
      ? []
      : named.flatMap((name) => (name === undefined ? [] : [`the Service ${name}`]))),
    ...(ingresses.length > 0
      ? []
      : routes.flatMap((name) => (name === undefined ? [] : [`the Ingress ${name}`]))),
  ];
}
