import { isRecord } from "#modules/kustomize/src/manifests.ts";
import type { Fault } from "./fault.ts";
import { besideOf, type Rollout, type RolloutObjects } from "./objects.ts";

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
  }
  yield* serviceFaults(rollout, objects);
  yield* ingressFaults(rollout, objects);
}

/** The names of the Services that a Rollout brings traffic to. */
function servicesOf({ spec: { strategy } }: Rollout): ReadonlySet<string> {
  const { canary, blueGreen } = strategy ?? {};
  const { pingService, pongService } = canary?.pingPong ?? {};
  const { activeService, previewService } = blueGreen ?? {};
  const names = [
    canary?.stableService,
    canary?.canaryService,
    pingService,
    pongService,
    activeService,
    previewService,
  ];
  return new Set(names.filter((name) => name !== undefined));
}

/** The names of the Ingresses that a Rollout routes by, each with the Service that it must lead to. */
function routesOf({ spec: { strategy } }: Rollout): ReadonlyMap<string, string | undefined> {
  const { stableService, trafficRouting: { nginx, alb } = {} } = strategy?.canary ?? {};
  const ofNginx = [nginx?.stableIngress, ...(nginx?.stableIngresses ?? [])];
  const ofAlb = [alb?.ingress, ...(alb?.ingresses ?? [])];
  const routes = [
    ...ofNginx.map((name) => ({ name, service: stableService })),
    ...ofAlb.map((name) => ({ name, service: alb?.rootService ?? stableService })),
  ];
  return new Map(
    routes.flatMap(({ name, service }) => (name === undefined ? [] : [[name, service] as const])),
  );
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

function* serviceFaults(rollout: Rollout, objects: RolloutObjects): Generator<Fault> {
  // Then they are elsewhere.
  if (objects.services.length === 0) return;
  const labels = podLabels(rollout, objects);
  for (const name of servicesOf(rollout)) {
    const service = besideOf(objects.services, name, rollout);
    if (service === undefined) {
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
  return besideOf(deployments, workloadRef.name, rollout)?.spec.template;
}

function* ingressFaults(rollout: Rollout, { ingresses }: RolloutObjects): Generator<Fault> {
  if (ingresses.length === 0) return;
  for (const [name, service] of routesOf(rollout)) {
    const ingress = besideOf(ingresses, name, rollout);
    if (ingress === undefined) {
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
  return [
    ...(services.length > 0 ? [] : [...servicesOf(rollout)].map((name) => `the Service ${name}`)),
    ...(ingresses.length > 0 ? [] : [...routesOf(rollout).keys()].map((name) => `the Ingress ${name}`)),
  ];
}
