import type { Config } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Access } from "#pipelines/release/request.ts";
import { inReplica, registryOf } from "./image-names.ts";

/**
 * Makes sure that the replicas' login is used for one registry only.
 *
 * @throws ARGUMENT_INVALID when they are at several registries and the call passes a login.
 */
export function assertLogin(
  replicas: readonly string[],
  { username, password }: Pick<Access, "username" | "password">,
): void {
  const hosts = [...new Set(replicas.map(registryOf))];
  if (hosts.length > 1 && (username || password !== undefined)) {
    throw new SlipwayError(
      "ARGUMENT_INVALID",
      `the call passes one login for replicas at several registries (${hosts.join(" and ")}), and each would receive it`,
      "Keep only one registry under `release.replicas`, or remove --replica-username and --replica-password.",
    );
  }
}

/**
 * Makes sure that each image has its own name in a replica.
 *
 * @param services the services in slipway.yaml, whether this call releases them or not.
 * @throws CONFIG_INVALID for two images with the same copy.
 */
export function assertCopies(replicas: readonly string[], services: Config["services"] = {}): void {
  const names = new Set(
    Object.values(services).flatMap(({ image }) => (image ? image.name : undefined) ?? []),
  );
  const copies = new Map<string, string>();
  for (const name of names) {
    for (const replica of replicas) {
      const copy = inReplica(name, replica);
      const other = copies.get(copy) ?? name;
      copies.set(copy, name);
      if (other === name) continue;
      throw new SlipwayError(
        "CONFIG_INVALID",
        `${other} and ${name} would both be copied to ${copy}`,
        "Make the last part of each `services.NAME.image.name` unique, or remove the replica.",
      );
    }
  }
}
