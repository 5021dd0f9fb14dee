const gigabyte = 1_000_000_000;

/** The registries whose images have stand-ins. The engine asks the local registry first, and then these. */
const mirrored = [
  "docker.io",
  "gcr.io",
  "ghcr.io",
  "mirror.gcr.io",
  "public.ecr.aws",
  "quay.io",
  "registry.k8s.io",
];

/**
 * Returns the text of the engine's configuration (/etc/dagger/engine.json).
 *
 * @param registryPort the port on 127.0.0.1 that the local registry listens on.
 */
export function engineConfig(registryPort: number): string {
  const local = `127.0.0.1:${registryPort}`;
  const mirrors = mirrored.map((host) => [host, { mirrors: [local] }]);
  return JSON.stringify(
    {
      logLevel: "info",
      // The limit is generous: all tests take about 40 GB, and as much again when the images change. An engine at its
      // limit prunes without end and may stop responding. There is one policy only, because the engine measures its
      // whole cache every minute for each policy. See notes/engine.md.
      gc: {
        policies: [
          {
            all: true,
            maxUsedSpace: 100 * gigabyte,
            reservedSpace: 5 * gigabyte,
            minFreeSpace: 5 * gigabyte,
          },
        ],
      },
      registries: { ...Object.fromEntries(mirrors), [local]: { http: true } },
    },
    null,
    2,
  );
}
