import { posix } from "node:path";
import { isRegistry } from "#pipelines/release/publish/image-names.ts";
import type { DockerfileFacts, Health } from "./dockerfile.ts";

/** A service as Kubernetes runs it. */
export interface Workload {
  /** A name that Kubernetes takes for every kind: lower-case letters, digits and dashes, a letter first. */
  readonly name: string;
  readonly image: string;
  readonly container: DockerfileFacts;
}

/** A name of Kubernetes has 63 characters at most, and the longest that is made from one of these ends in -production. */
const longestName = 63 - "-production".length;

/** Names services for Kubernetes; two that would be called the same get a number. */
export function objectNames(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const words = name.replace(/[^a-z0-9]+/g, "-");
    const wanted = /^[a-z]/.test(words) ? words : `app-${words}`;
    const ending = (end: string) => wanted.slice(0, longestName - end.length).replace(/-+$/, "") + end;
    let free = ending("");
    for (let number = 2; taken.has(free); number++) free = ending(`-${number}`);
    taken.add(free);
    return free;
  });
}

/** The label that everything of a service bears and is selected by. */
const labelled = (name: string) => ({ "app.kubernetes.io/name": name });

/** Who the image runs as: its own numeric user, else one that is nobody. A name says nothing to the kubelet. */
function identity(user: string | undefined): { readonly runAsUser: number; readonly runAsGroup: number } {
  const [, id, group = id] = /^(\d{1,9})(?::(\d{1,9}))?$/.exec(user ?? "") ?? [];
  const runAsUser = Number(id ?? 0);
  return runAsUser === 0
    ? { runAsUser: 10_001, runAsGroup: 10_001 }
    : { runAsUser, runAsGroup: Number(group) };
}

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/ (restricted) */
export function deployment({ name, image, container }: Workload): object {
  const { port, health, user } = container;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, labels: labelled(name) },
    spec: {
      selector: { matchLabels: labelled(name) },
      template: {
        metadata: { labels: labelled(name) },
        spec: {
          automountServiceAccountToken: false,
          securityContext: {
            runAsNonRoot: true,
            ...identity(user),
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              name,
              image,
              ...(port !== undefined && { ports: [{ name: "http", containerPort: port }] }),
              ...(health !== undefined && { livenessProbe: probe(health) }),
              ...(port !== undefined && { readinessProbe: { tcpSocket: { port: "http" } } }),
              resources: {
                requests: { cpu: "50m", memory: "128Mi" },
                limits: { cpu: "500m", memory: "256Mi" },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
          ],
          volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
        },
      },
    },
  };
}

/** Only of a service that listens. */
export function service({ name }: Workload): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels: labelled(name) },
    spec: { selector: labelled(name), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}

/** Each figure is written down: what is left out Kubernetes takes for a stricter one than Docker does. */
function probe({ command, interval, timeout, start, retries }: Health): object {
  return {
    exec: { command },
    ...(start > 0 && { initialDelaySeconds: start }),
    periodSeconds: interval,
    timeoutSeconds: timeout,
    failureThreshold: retries,
  };
}

/**
 * What all services of a repository are called together: the one's name, or the last of what they are pushed below. A mere
 * host says nothing of them.
 */
export function repositoryName(workloads: readonly Workload[]): string {
  const [only, ...others] = workloads;
  if (only === undefined) return "app";
  if (others.length === 0) return only.name;
  const parent = posix.dirname(only.image);
  const isHost = !parent.includes("/") && isRegistry(parent);
  return (isHost ? undefined : objectNames([posix.basename(parent)])[0]) ?? "app";
}
