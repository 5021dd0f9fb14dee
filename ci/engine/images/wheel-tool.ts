import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeLayer } from "./layer.ts";
import { fetchWheel, unpackWheel } from "./pypi.ts";
import { recipe, type StandIn } from "./stand-in.ts";
import { addFolder, addProgram } from "./tree.ts";

/**
 * A program that its makers publish as a wheel on PyPI and as an image of nothing but itself: /NAME,
 * which is the entrypoint. Every version that PyPI has is a tag.
 */
function wheelTool(name: string, programs: readonly string[]): StandIn {
  return {
    repository: `astral-sh/${name}`,
    tags: [],
    versions: /^\d+\.\d+\.\d+$/,
    madeOf: `PyPI's wheel of ${name}`,
    recipe: recipe(import.meta.url, "pypi.ts", "tree.ts"),
    async build(work, tag, log) {
      const wheel = await fetchWheel(name, tag, join(work, "wheel"), log);
      await unpackWheel(wheel, join(work, "files"), log);
      const files = await readdir(join(work, "files"), { recursive: true });
      const root = join(work, "root");
      await addFolder(root, "io");
      for (const program of programs) {
        const file = files.find((path) => path.endsWith(`.data/scripts/${program}`));
        if (file) await addProgram(root, program, join(work, "files", file));
        else log.line(`no ${program} in this version`);
      }
      await writeLayer(root, join(work, "layer"));
      return {
        layers: [join(work, "layer")],
        config: {
          Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
          Entrypoint: [`/${name}`],
          WorkingDir: "/io",
        },
      };
    },
  };
}

/** https://docs.astral.sh/uv/guides/integration/docker/ */
export const uv = wheelTool("uv", ["uv", "uvx"]);

/** https://docs.astral.sh/ruff/installation/ */
export const ruff = wheelTool("ruff", ["ruff"]);
