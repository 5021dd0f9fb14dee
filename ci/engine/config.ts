const gigabyte = 1_000_000_000;

/** The registries whose images stand-ins are made for: the local registry is asked first, then they. */
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
 * Yields the text of the engine's configuration (/etc/dagger/engine.json).
 *
 * @param registryPort where the local registry listens on 127.0.0.1.
 */
export function engineConfig(registryPort: number): string {
  const local = `127.0.0.1:${registryPort}`;
  const mirrors = mirrored.map((host) => [host, { mirrors: [local] }]);
  return JSON.stringify(
    {
      logLevel: "info",
      // Generous, since all tests take some 40 GB, and again when the images change: an engine at its limit prunes without end,
      // and may stand still. Of one policy, since it counts all that it has for each, every minute. notes/engine.md.
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
