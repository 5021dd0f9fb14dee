import { ensureEngine } from "../ci/engine/engine.ts";
import { goTool, goToolNames } from "../ci/engine/go-tool.ts";

/*
 * Builds what the tests of all files need, before the first one runs: an engine waits five minutes for an image, and on a
 * slow machine two builds take longer. Where that is not possible, the tests say why.
 */
try {
  const { kind } = await ensureEngine();
  if (kind === "packages") for (const name of goToolNames) await goTool(name);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
}
