import { posix } from "node:path";
import { isRegistry } from "#pipelines/release/publish/image-names.ts";
import type { DockerfileFacts, Health } from "./dockerfile.ts";

/** A service as a workload of Kubernetes. */
export interface Workload {
  /** A name that Kubernetes accepts for every kind: lower-case letters, digits and dashes, with a letter first. */
  readonly name: string;
  readonly image: string;
  readonly container: DockerfileFacts;
}

/** A name in Kubernetes has 63 characters at most, and the longest suffix that is added here is -production. */
const longestName = 63 - "-production".length;

/** Names services for Kubernetes. If two would have the same name, they get a number. */
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

/** The label that every object of a service has, and by which it is selected. */
const labelled = (name: string) => ({ "app.kubernetes.io/name": name });

/**
 * The user and group of the image: its own numeric user, else an unprivileged one. The kubelet cannot resolve a
 * name.
 */
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

/** For a service that listens on a port only. */
export function service({ name }: Workload): object {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels: labelled(name) },
    spec: { selector: labelled(name), ports: [{ name: "http", port: 80, targetPort: "http" }] },
  };
}

/** Every number is set explicitly, because Kubernetes' defaults are stricter than Docker's. */
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
 * The common name of a repository's services: the name of the only service, or the last part of the path below
 * which they are pushed. A host alone does not give a name.
 */
export function repositoryName(workloads: readonly Workload[]): string {
  const [only, ...others] = workloads;
  if (only === undefined) return "app";
  if (others.length === 0) return only.name;
  const parent = posix.dirname(only.image);
  const isHost = !parent.includes("/") && isRegistry(parent);
  return (isHost ? undefined : objectNames([posix.basename(parent)])[0]) ?? "app";
}
