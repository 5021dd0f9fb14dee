import { dag, ReturnType } from "@dagger.io/dagger";
import { type Remark, type Remarks, remarksIn } from "#pipelines/gates/inline-waiver.ts";
import { pathInSource } from "#pipelines/readers/tool-root.ts";
import type { Workspace } from "./workspace.ts";

const root = "/src";
/** Prose shows waivers and does not grant them. */
const prose = ["*.md", "*.rst", "*.txt", "*.adoc"];

/** Looks through the whole source for waivers beside the code. */
export async function remarksOf({ source, pythonImage }: Workspace): Promise<Remarks> {
  const command = ["grep", "-rnIZE", ...prose.map((name) => `--exclude=${name}`)];
  const ran = dag
    .container()
    .from(pythonImage())
    .withMountedDirectory(root, source)
    .withExec([...command, "-e", "slipway:[[:blank:]]*ignore", root], { expect: ReturnType.Any });
  try {
    const exitCode = await ran.exitCode();
    if (exitCode > 1) return { remarks: [], fault: `grep ended with exit code ${exitCode}` };
    return { remarks: found(await ran.stdout()) };
  } catch (error) {
    return { remarks: [], fault: error instanceof Error ? error.message.slice(0, 200) : String(error) };
  }
}

/** Reads `PATH NUL LINE:TEXT` rows. A path may hold a line's end; then the row does not begin with one. */
export function found(output: string): readonly Remark[] {
  return [...output.matchAll(/(\/src\/[^\0]*)\0(\d+):(.*)(?:\n|$)/g)].flatMap(
    ([, reported = "", line, text = ""]) => {
      const path = pathInSource(reported, { root });
      return path === undefined ? [] : remarksIn(text, path, Number(line));
    },
  );
}
