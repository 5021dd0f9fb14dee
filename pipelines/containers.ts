import { dag, type Service } from "@dagger.io/dagger";
import { breakdown } from "./breakdown.ts";
import type { Suite, TestContainer } from "./config/config.ts";
import { SlipwayError } from "./errors.ts";
import { execFailureOf } from "./exec-failure.ts";
import { printable } from "./printable.ts";
import type { Unanswered } from "./readers/containers.ts";

/** How long a container that did not get ready is watched once more for its last words, in seconds. */
const watched = 20;

/**
 * Makes the containers that a suite's tests speak to, in the order of slipway.yaml. The engine does not wait for
 * their ports: the probes do, within a limit of ours.
 *
 * @param check the suite's check: two suites never share a container, however alike their settings are.
 */
export function serviceContainers(containers: Suite["containers"], check: string): Service[] {
  return Object.values(containers).map((each) => serviceContainer(each, check, true));
}

/** The addresses that have to answer before the tests start: each port, or the path that says it is ready. */
export function probesOf(containers: Suite["containers"]): string[] {
  return Object.entries(containers).flatMap(([host, { ports, ready }]) => [
    ...ports.slice(ready === undefined ? 0 : 1).map((port) => `tcp://${host}:${port}`),
    ...(ready === undefined ? [] : [`http://${host}:${ports[0]}${ready}`]),
  ]);
}

/**
 * Says which containers did not answer, with the last words of one that ends by itself.
 *
 * @param suite the suite that needed them.
 * @param check the suite's check.
 * @param unanswered what the probes found.
 * @returns CONTAINER_NOT_READY, or CONTAINER_DIED of one that had been ready.
 */
export async function containerFault(
  { containers, readyTimeout }: Suite,
  check: string,
  { when, faults }: Unanswered,
): Promise<SlipwayError> {
  const hosts = [...new Set(faults.map(({ probe }) => new URL(probe).hostname))];
  const found = faults.map(({ probe, fault }) => `${printable(probe)}: ${printable(fault)}`).join(", ");
  if (when === "after") {
    return new SlipwayError(
      "CONTAINER_DIED",
      `${named(hosts)} answered before the tests and not after them (${found})`,
      "Its own output is in the log of this call; give the engine more memory if nothing in it says why.",
    );
  }
  const words = await Promise.all(
    Object.entries(containers)
      .filter(([host]) => hosts.includes(host))
      .map(async ([host, each]) => ({ host, text: await lastWords(each, check) })),
  );
  const ended = words.flatMap(({ host, text }) => (text === undefined ? [] : [`; ${host}: ${text}`]));
  return new SlipwayError(
    "CONTAINER_NOT_READY",
    `${named(hosts)} did not get ready within ${readyTimeout} s (${found})${ended.join("")}`,
    "Mend its image, env or ports under containers in slipway.yaml, or raise readyTimeout.",
  );
}

function serviceContainer(
  { image, ports, env, args }: TestContainer,
  check: string,
  unchecked: boolean,
): Service {
  const container = Object.entries(env).reduce(
    (ready, [name, value]) => ready.withEnvVariable(name, value),
    dag.container().from(image).withLabel("slipway.check", check),
  );
  return ports
    .reduce(
      (ready, port) => ready.withExposedPort(port, { experimentalSkipHealthcheck: unchecked }),
      container,
    )
    .asService({ useEntrypoint: true, ...(args.length > 0 && { args: [...args] }) });
}

/** Starts a container once more, where the engine waits for its ports: if it ends by itself, it says why. */
async function lastWords(container: TestContainer, check: string): Promise<string | undefined> {
  const service = serviceContainer(container, `${check} once more`, false);
  const started = service.start().then(
    () => undefined,
    (error: unknown) => (execFailureOf(error) === undefined ? undefined : breakdown(error).text),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), watched * 1000);
  });
  const words = await Promise.race([started, late]);
  clearTimeout(timer);
  return words;
}

function named(hosts: readonly string[]): string {
  return hosts.length === 1 ? `the container ${hosts[0]}` : `the containers ${hosts.join(", ")}`;
}
