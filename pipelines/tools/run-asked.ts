import type { Container } from "@dagger.io/dagger";
import { usageOf, type VersionedTool } from "#modules/python/src/usages.ts";
import { isRange } from "#modules/python/src/version-range.ts";
import { ownVersion } from "./own-version.ts";
import type { AskedRun, CodeRun, CodeTool } from "./tool.ts";

/** In seconds. */
const limit = 600;

/**
 * Runs a tool as the repository itself does.
 *
 * @param pythonVersion the version of Python, `3.Y`, of the service.
 */
export async function runAsked(
  tool: Pick<CodeTool, "name" | "package" | "limit">,
  asked: AskedRun,
  { python, source, environment }: CodeRun,
  pythonVersion: string,
): Promise<Container> {
  const name = tool.name as VersionedTool;
  const version = asked.version ?? ownVersion(name, pythonVersion);
  const { command, report, beside = [] } = usageOf(name, version);
  return python.run(
    source,
    `${tool.package ?? name}${isRange(version) ? "" : "=="}${version}`,
    [...command, ...asked.args, ...asked.files],
    report,
    asked.isApart ? undefined : await environment(),
    asked.folder,
    tool.limit ?? limit,
    // With --install-types, mypy installs stubs by it.
    [...asked.beside, ...beside, ...(asked.args.includes("--install-types") ? ["pip"] : [])],
  );
}
