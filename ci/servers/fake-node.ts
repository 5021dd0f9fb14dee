import { fileURLToPath } from "node:url";

/** kwok's configuration of the fake node. */
export const fakeNodeStages = fileURLToPath(new URL("fake-node.yaml", import.meta.url));

/**
 * Annotations of a pod, such as those in a Deployment's template, by which the fake node does not do the usual. By
 * default it says at once that a pod is ready, and as `imageID` of each container NAME@DIGEST for the digest in the
 * container's image, as containerd does; an image without a digest gets an empty one.
 */
export const podOnFakeNode = {
  /**
   * The pod never gets ready.
   *
   * @param reason of its containers' wait, such as CrashLoopBackOff; default: ImagePullBackOff.
   */
  waiting: (reason = "ImagePullBackOff") => ({ "node.slipway.test/waits": reason }),
  /** Containers run only an image of this digest; with any other one they wait, as if it could not be pulled. */
  runningOnly: (digest: string) => ({ "node.slipway.test/runs-only": digest }),
  /** The pod gets ready, and every container of it reports this digest in place of its image's. */
  reporting: (digest: string) => ({ "node.slipway.test/image-id": digest }),
} as const;

/** The manifest of a fake node, which takes any pod. kwok sets its conditions. */
export function fakeNode(name: string): object {
  const room = { cpu: "64", memory: "256Gi", pods: "500" };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name,
      annotations: { "kwok.x-k8s.io/node": "fake" },
      labels: { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux" },
    },
    status: { allocatable: room, capacity: room },
  };
}
