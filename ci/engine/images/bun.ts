import { join } from "node:path";
import { addUser, debianBase } from "./base.ts";
import { writeLayer } from "./layer.ts";
import { fetchPackage } from "./npm.ts";
import { recipe, type StandIn } from "./stand-in.ts";
import { addFolder, addLinks, addProgram } from "./tree.ts";

/** Bun as in https://hub.docker.com/r/oven/bun. */
export const bun: StandIn = {
  repository: "oven/bun",
  tags: [],
  versions: /^\d+(\.\d+){0,2}(-(slim|alpine|debian))?$/,
  madeOf: "Bun of npm's @oven/bun-linux-x64, git and Debian bookworm",
  recipe: recipe(import.meta.url, "bun/docker-entrypoint.sh", "base.ts", "npm.ts", "tree.ts"),
  async build(work, tag, log) {
    const [wanted] = tag.split("-");
    const machine = process.arch === "arm64" ? "aarch64" : "x64";
    await fetchPackage(`@oven/bun-linux-${machine}@${wanted}`, join(work, "bun"), log);
    const base = await debianBase("bookworm", ["ca-certificates", "git"]);
    const root = join(work, "root");
    await addProgram(root, "usr/local/bin/bun", join(work, "bun/bin/bun"));
    await addProgram(
      root,
      "usr/local/bin/docker-entrypoint.sh",
      new URL("bun/docker-entrypoint.sh", import.meta.url),
    );
    await addLinks(root, {
      "usr/local/bin/bunx": "/usr/local/bin/bun",
      "usr/local/bun-node-fallback-bin/node": "/usr/local/bin/bun",
    });
    await addUser(base, root, "bun", 1000);
    await addFolder(root, "home/bun", 0o755, 1000);
    await addFolder(root, "home/bun/app", 0o755, 1000);
    await writeLayer(root, join(work, "layer"));
    const path =
      "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bun-node-fallback-bin";
    return {
      layers: [base, join(work, "layer")],
      config: {
        Env: [`PATH=${path}`, "BUN_RUNTIME_TRANSPILER_CACHE_PATH=0", "BUN_INSTALL_BIN=/usr/local/bin"],
        Entrypoint: ["/usr/local/bin/docker-entrypoint.sh"],
        Cmd: ["/usr/local/bin/bun"],
        WorkingDir: "/home/bun/app",
      },
    };
  },
};
