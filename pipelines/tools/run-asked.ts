import type { Container } from "@dagger.io/dagger";
import { usageOf, type VersionedTool } from "#modules/python/src/usages.ts";
import { isRange } from "#modules/python/src/version-range.ts";
import { ownVersion } from "./own-version.ts";
import type { AskedRun, CodeRun, CodeTool } from "./tool.ts";

/** In seconds. */
const limit = 600;

/** mypy installs the stubs that it lacks by pip, whose output would be in the report, and then checks. */
const twice = '"$@" --install-types --non-interactive > /dev/null 2>&1; exec "$@"';

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
  const installs = asked.args.includes("--install-types");
  const args = asked.args.filter((arg) => arg !== "--install-types");
  const words = [...command, ...args, ...asked.files];
  return python.run(
    source,
    `${tool.package ?? name}${isRange(version) ? "" : "=="}${version}`,
    installs ? ["sh", "-c", twice, "sh", ...words] : words,
    report,
    asked.isApart ? undefined : await environment(),
    asked.folder,
    tool.limit ?? limit,
    [...asked.beside, ...beside, ...(installs ? ["pip"] : [])],
  );
}
