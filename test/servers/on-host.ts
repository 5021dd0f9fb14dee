import { dag, type Service } from "@dagger.io/dagger";

/** A port of this machine, and the one that containers reach it by where that is another. */
export type HostPort = number | { readonly frontend: number; readonly backend: number };

/** Ports of 127.0.0.1 as a service that containers can bind. */
export function onHost(...ports: readonly HostPort[]): Service {
  const forwarded = ports.map((port) =>
    typeof port === "number" ? { frontend: port, backend: port } : port,
  );
  return dag.host().service(forwarded, { host: "127.0.0.1" });
}
