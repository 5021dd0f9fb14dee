import type { Container } from "@dagger.io/dagger";
import { pins } from "#modules/python/src/pins.ts";
import { usageOf } from "#modules/python/src/usages.ts";
import type { CodeRun } from "./tool.ts";

/**
 * Runs a type checker of the package index in the service's environment, by its own settings or as the repository calls
 * it.
 *
 * @param limit in seconds.
 */
export async function runInEnvironment(
  name: "basedpyright" | "ty",
  limit: number,
  { python, source, path, planned, environment }: CodeRun,
): Promise<Container> {
  const version = planned.asked?.version ?? planned.version ?? pins[name];
  const { folder = path, args = [], files = [] } = planned.asked ?? {};
  const { command, report } = usageOf(name, version);
  const all = [...command, ...args, ...files];
  return python.run(source, `${name}==${version}`, all, report, await environment(), folder, limit);
}
