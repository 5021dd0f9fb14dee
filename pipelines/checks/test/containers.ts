import { type Container, dag, type Service } from "@dagger.io/dagger";
import type { Suite, TestContainer } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { execFailureOf } from "#pipelines/errors/exec-error.ts";
import { explain } from "#pipelines/errors/explain.ts";
import type { UnansweredProbe } from "#pipelines/readers/containers.ts";
import { printable } from "#pipelines/text/printable.ts";

/** How long a container that did not become ready is watched once more for its last output, in seconds. */
const watched = 20;

/**
 * Makes the containers that a suite's tests use, in the order of slipway.yaml. The engine does not wait for their
 * ports: the probes do, within Slipway's own limit.
 *
 * @param check the suite's check. Two suites never share a container, even if their settings are equal.
 */
export function serviceContainers(containers: Suite["containers"], check: string): Service[] {
  return Object.values(containers).map((each) => serviceContainer(each, check, true));
}

/** The addresses that must answer before the tests start: each port, or the path that reports readiness. */
export function probesOf(containers: Suite["containers"]): string[] {
  return Object.entries(containers).flatMap(([host, { ports, ready }]) => [
    ...ports.slice(ready === undefined ? 0 : 1).map(({ port }) => `tcp://${host}:${port}`),
    ...(ready === undefined ? [] : [`http://${host}:${ports[0]?.port}${ready}`]),
  ]);
}

/** The ports of localhost that lead to a container, as `ssh -L` has them: PORT:HOST:PORT. */
export function forwardsOf(containers: Suite["containers"]): string[] {
  return Object.entries(containers).flatMap(([host, { ports }]) =>
    ports.map(({ local, port }) => `${local}:${host}:${port}`),
  );
}

/**
 * Names the containers that did not answer, with the last output of each that ends by itself.
 *
 * @param suite the suite that needed them.
 * @param check the suite's check.
 * @param unanswered the result of the probes.
 * @returns CONTAINER_NOT_READY, or CONTAINER_DIED if the container was ready before.
 */
export async function containerFault(
  { containers, readyTimeout }: Suite,
  check: string,
  { when, faults }: UnansweredProbe,
): Promise<SlipwayError> {
  const hosts = [...new Set(faults.map(({ probe }) => new URL(probe).hostname))];
  const found = faults.map(({ probe, fault }) => `${printable(probe)}: ${printable(fault)}`).join(", ");
  if (when === "after") {
    return new SlipwayError(
      "CONTAINER_DIED",
      `${named(hosts)} answered before the tests, but not after them (${found})`,
      "Read its output in the log of this call. If the output shows no cause, give the engine more memory.",
    );
  }
  const ended = await endedOf(containers, hosts, check);
  const words = ended.map(({ host, text }) => `; ${host}: ${text}`).join("");
  return new SlipwayError(
    "CONTAINER_NOT_READY",
    `${named(hosts)} did not become ready within ${readyTimeout} s (${found})${words}`,
    "Correct its `image`, `env` or `ports` under `containers` in slipway.yaml, or raise `readyTimeout`.",
  );
}

/**
 * Names the containers whose end made the engine end the tests.
 *
 * @param suite the suite that needed them.
 * @param check the suite's check.
 * @param error the error of the test run.
 * @returns CONTAINER_NOT_READY if one ends by itself, else CONTAINER_DIED; any other error unchanged.
 */
export async function containerEnded({ containers }: Suite, check: string, error: unknown): Promise<unknown> {
  const hosts = blameContainer(error, Object.keys(containers));
  if (hosts.length === 0) return error;
  const ended = await endedOf(containers, hosts, check);
  if (ended.length === 0) {
    return new SlipwayError(
      "CONTAINER_DIED",
      `${named(hosts)} ended while the tests ran, or before they started`,
      "Read its output in the log of this call. If the output shows no cause, give the engine more memory.",
    );
  }
  return new SlipwayError(
    "CONTAINER_NOT_READY",
    `${named(ended.map(({ host }) => host))} ended before it was ready; ${ended.map(({ host, text }) => `${host}: ${text}`).join("; ")}`,
    "Correct its `image`, `env` or `ports` under `containers` in slipway.yaml.",
  );
}

/**
 * The containers that may have ended, from the engine's error about the test run. Newer engines name the container.
 * Engine 0.19 reports no exit code for such a run.
 *
 * @param hosts the names of all containers of the suite.
 */
export function blameContainer(error: unknown, hosts: readonly string[]): readonly string[] {
  if ((execFailureOf(error)?.exitCode ?? 0) < 0) return hosts;
  const message = error instanceof Error ? error.message : "";
  const [, aliases] = /(?:^|\s)(?:start|bound service) \S+ \(aliased as ([^)]*)\)/.exec(message) ?? [];
  if (aliases === undefined) return [];
  const named = aliases.split(", ").filter((alias) => hosts.includes(alias));
  return named.length > 0 ? named : hosts;
}

function serviceContainer(
  { image, ports, env, args }: TestContainer,
  check: string,
  unchecked: boolean,
): Service {
  const container = Object.entries(env).reduce(
    (ready, [name, value]) => ready.withEnvVariable(name, value),
    withoutHealthcheck(dag.container().from(image)).withLabel("slipway.check", check),
  );
  return ports
    .reduce(
      (ready, { port }) => ready.withExposedPort(port, { experimentalSkipHealthcheck: unchecked }),
      container,
    )
    .asService({ useEntrypoint: true, ...(args.length > 0 && { args: [...args] }) });
}

/**
 * Removes the image's own health check. Engines from 0.20 wait for it instead of the ports; older ones do not know
 * it.
 */
function withoutHealthcheck(
  container: Container & { withoutDockerHealthcheck?: () => Container },
): Container {
  return container.withoutDockerHealthcheck?.() ?? container;
}

/** The containers that end by themselves when they start once more, with their last output. */
async function endedOf(
  containers: Suite["containers"],
  hosts: readonly string[],
  check: string,
): Promise<readonly { readonly host: string; readonly text: string }[]> {
  const there = Object.entries(containers).filter(([host]) => hosts.includes(host));
  const words = await Promise.all(
    there.map(async ([host, each]) => ({ host, text: await lastWords(each, check) })),
  );
  return words.flatMap(({ host, text }) => (text === undefined ? [] : [{ host, text }]));
}

/**
 * Starts a container once more while the engine waits for its ports. If the container ends by itself, returns its
 * output.
 */
async function lastWords(container: TestContainer, check: string): Promise<string | undefined> {
  const service = serviceContainer(container, `${check} once more`, false);
  const started = service.start().then(
    () => undefined,
    (error: unknown) => (execFailureOf(error) === undefined ? undefined : explain(error).text),
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
