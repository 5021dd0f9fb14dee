import { dag, ReturnType } from "@dagger.io/dagger";
import { type InlineWaiver, type InlineWaivers, inlineWaiversIn } from "#pipelines/gates/inline-waiver.ts";
import { pathInSource } from "#pipelines/readers/tool-root.ts";
import type { Workspace } from "./workspace.ts";

const root = "/src";
/** In prose, a waiver is only an example. */
const prose = ["*.md", "*.rst", "*.txt", "*.adoc"];

/** Searches the whole source for waivers in the code. */
export async function findInlineWaivers({ source, pythonImage }: Workspace): Promise<InlineWaivers> {
  const command = ["grep", "-rnIZE", ...prose.map((name) => `--exclude=${name}`)];
  const ran = dag
    .container()
    .from(pythonImage())
    .withMountedDirectory(root, source)
    .withExec([...command, "-e", "slipway:[[:blank:]]*ignore", root], { expect: ReturnType.Any });
  try {
    const exitCode = await ran.exitCode();
    if (exitCode > 1) return { waivers: [], fault: `grep ended with exit code ${exitCode}` };
    return { waivers: readInlineWaivers(await ran.stdout()) };
  } catch (error) {
    return { waivers: [], fault: error instanceof Error ? error.message.slice(0, 200) : String(error) };
  }
}

/** Reads rows of the form `PATH NUL LINE:TEXT`. A path may contain a line end, so a line is not always a row. */
export function readInlineWaivers(output: string): readonly InlineWaiver[] {
  return [...output.matchAll(/(\/src\/[^\0]*)\0(\d+):(.*)(?:\n|$)/g)].flatMap(
    ([, reported = "", line, text = ""]) => {
      const path = pathInSource(reported, { root });
      return path === undefined ? [] : inlineWaiversIn(text, path, Number(line));
    },
  );
}
