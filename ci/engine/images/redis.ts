import { join } from "node:path";
import { debianBase, printed } from "./base.ts";
import { writeLayer } from "./layer.ts";
import { recipe, type StandIn } from "./stand-in.ts";
import { addProgram } from "./tree.ts";

const entrypoint = "redis/docker-entrypoint.sh";

const setUp = `
  usermod --uid 999 redis
  groupmod --gid 999 redis
  install -d -o redis -g redis /data
  rm -rf /etc/redis /var/lib/redis /var/log/redis /etc/init.d/redis-server
  redis-server --version | sed 's/.* v=\\([^ ]*\\).*/\\1/'`;

/** Redis as in https://hub.docker.com/_/redis. */
export const redis: StandIn = {
  repository: "library/redis",
  tags: ["7", "7.0", "7-bookworm", "7.0-bookworm"],
  madeOf: "Redis 7.0 of Debian bookworm",
  recipe: recipe(import.meta.url, entrypoint, "base.ts", "tree.ts"),
  async build(work) {
    const base = await debianBase("bookworm", ["redis-server", "tzdata"], setUp);
    const root = join(work, "root");
    await addProgram(root, "usr/local/bin/docker-entrypoint.sh", new URL(entrypoint, import.meta.url));
    await writeLayer(root, join(work, "layer"));
    const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    return {
      layers: [base, join(work, "layer")],
      config: {
        Env: [`PATH=${path}`, `REDIS_VERSION=${await printed(base)}`],
        Entrypoint: ["docker-entrypoint.sh"],
        Cmd: ["redis-server"],
        WorkingDir: "/data",
        ExposedPorts: { "6379/tcp": {} },
        Volumes: { "/data": {} },
      },
    };
  },
};
