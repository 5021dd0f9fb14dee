import { readApplication } from "#pipelines/deliver/application.ts";
import type { Look } from "#pipelines/deliver/arrival.ts";
import type { Pod } from "#pipelines/deliver/pods.ts";

export const repository = "https://git.example.com/fleet.git";
const overlay = { kind: "overlay" as const, path: "overlays/production" };
export const followed = { repository, branch: "main", places: [overlay] };
export const commit = "c".repeat(40);
export const digest = `sha256:${"d".repeat(64)}`;
export const image = "registry.example.com/shop/orders";

/** An Application that has arrived, in the words of Argo CD, with changes. */
export function applicationOf(changes: Readonly<Record<string, unknown>> = {}, spec: object = {}) {
  const source = { repoURL: repository, path: "overlays/production", targetRevision: "main" };
  const text = JSON.stringify({
    metadata: { name: "shop", annotations: changes.annotations },
    spec: { source, syncPolicy: { automated: {} }, ...spec },
    operation: changes.operation,
    status: {
      sync: {
        status: "Synced",
        revision: commit,
        comparedTo: { source },
        ...(changes.sync as object | undefined),
      },
      health: { status: "Healthy", ...(changes.health as object | undefined) },
      conditions: changes.conditions,
      operationState: {
        phase: "Succeeded",
        syncResult: { revision: commit },
        ...(changes.operationState as object | undefined),
      },
    },
  });
  return readApplication(text, "shop");
}

/** A ready Pod of the image. */
export function podOf(changes: Partial<Pod> & { readonly runs?: string; readonly has?: string } = {}): Pod {
  const { runs = digest, has = digest, ...rest } = changes;
  return {
    name: "orders-1",
    isReady: true,
    isOver: false,
    containers: [
      { image: `${image}:1.2@${has}`, imageId: runs === "" ? "" : `${image}@${runs}` },
      { image: "docker.io/library/proxy:3", imageId: "docker.io/library/proxy@sha256:1" },
    ],
    ...rest,
  };
}

/** A look at an Application that has arrived, with changes. */
export function lookOf(
  changes: Readonly<Record<string, unknown>> = {},
  pods: readonly Pod[] = [podOf()],
): Look {
  return { application: applicationOf(changes), pods };
}

/** The place of the image, as Git wishes it. */
export const places = [{ ...overlay, images: [{ name: image, digest, tag: "1.2", runs: true }] }];
