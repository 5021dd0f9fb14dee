import type { RolloutFault } from "./fault.ts";
import { isBeside, type Rollout, type RolloutObjects } from "./objects.ts";

type Fault = Omit<RolloutFault, "object">;

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
    yield* ingressFaults([alb?.ingress], alb?.rootService ?? stableService, rollout, objects);
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
  return template === undefined ? undefined : (template.metadata?.labels ?? {});
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

/** Every name in an Ingress, such as those of Services. */
function namesOf(ingress: object): ReadonlySet<string> {
  return new Set(
    [...JSON.stringify(ingress).matchAll(/"(?:name|serviceName)":"([^"]*)"/g)].map(([, name = ""]) => name),
  );
}
