import { z } from "zod";
import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { parseToml } from "./project.ts";
import { versionFiles } from "./version-files.ts";

/** A version of Python, as in 3.12, and the file that names it. */
export interface NamedPython {
  readonly version: string;
  readonly file: string;
}

type Read = (text: string, file: string) => string | undefined;

/** What each of these files says. */
const readers: Readonly<Record<(typeof versionFiles)[number], Read>> = {
  ".tool-versions": (text) => /^\s*python\s+(\S+)/m.exec(text)?.[1],
  "mise.toml": miseIn,
  ".mise.toml": miseIn,
  "runtime.txt": (text) => /^\s*python-(\S+)/m.exec(text)?.[1],
  ".python-version": firstIn,
  ".python-versions": firstIn,
};

/**
 * Finds the version of Python that the nearest of these files names, in a folder or above it: .tool-versions of asdf,
 * mise.toml, runtime.txt of Heroku, .python-version of pyenv and uv.
 */
export async function versionFileOf(tree: Tree, folder: string): Promise<NamedPython | undefined> {
  for (const above of upwards(folder)) {
    for (const name of versionFiles) {
      if (!tree.has(above, name)) continue;
      const file = join(above, name);
      const version = minorOf(readers[name](await tree.read(file), file) ?? "");
      if (version !== undefined) return { version, file };
    }
  }
  return undefined;
}

/** Other names are virtual environments of pyenv, or other implementations, which are not supported. */
function minorOf(name: string): string | undefined {
  return /^(?:cpython[-@]?|python-?)?(\d+\.\d+)(?:\.(?:\d+|\*))?(?:-dev|t)?$/.exec(name)?.[1];
}

function firstIn(text: string): string | undefined {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/#.*/, "").trim());
  return lines.find((line) => minorOf(line) !== undefined);
}

const one = z.union([z.string(), z.looseObject({ version: z.string() })]);
const mise = z.looseObject({ tools: z.looseObject({ python: z.union([one, z.array(one).min(1)]) }) });

/** https://mise.jdx.dev/configuration.html */
function miseIn(text: string, file: string): string | undefined {
  const python = mise.safeParse(parseToml(text, file)).data?.tools.python;
  const [first] = Array.isArray(python) ? python : [python];
  return typeof first === "object" ? first.version : first;
}
