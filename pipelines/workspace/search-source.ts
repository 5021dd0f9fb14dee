import { type Directory, dag, ReturnType } from "@dagger.io/dagger";
import { toolFailed } from "#pipelines/errors/explain.ts";
import { pathInSource } from "#pipelines/readers/tool-root.ts";

const root = "/src";

/** A line of a file in the source. */
export interface Row {
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
}

/**
 * Searches the text files of a source with grep.
 *
 * @param image an image with GNU grep.
 * @param pattern an extended regular expression.
 * @param except names of files that are left out, with `*`.
 * @param only names of files that are searched, with `*`; default: all.
 * @returns rows of the form `PATH NUL LINE:TEXT`, for `readRows`.
 * @throws TOOL_FAILED.
 */
export async function searchSource(
  image: string,
  source: Directory,
  pattern: string,
  except: readonly string[] = [],
  only: readonly string[] = [],
): Promise<string> {
  const names = [...only.map((name) => `--include=${name}`), ...except.map((name) => `--exclude=${name}`)];
  const command = ["grep", "-rnIZE", ...names, "-e", pattern, root];
  const ran = dag
    .container()
    .from(image)
    .withMountedDirectory(root, source)
    .withExec(command, { expect: ReturnType.Any });
  const exitCode = await ran.exitCode();
  if (exitCode <= 1) return ran.stdout();
  throw toolFailed("grep", exitCode, await ran.stderr());
}

/** Reads what `searchSource` printed. A path may contain a line end, so a line is not always a row. */
export function readRows(output: string): readonly Row[] {
  return [...output.matchAll(/(\/src\/[^\0]*)\0(\d+):(.*)(?:\n|$)/g)].flatMap(
    ([, reported = "", line, text = ""]) => {
      const path = pathInSource(reported, { root });
      return path === undefined ? [] : [{ path, line: Number(line), text }];
    },
  );
}
