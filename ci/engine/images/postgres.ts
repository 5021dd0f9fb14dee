import { join } from "node:path";
import { debianBase, printed } from "./base.ts";
import type { Suite } from "./debian-root.ts";
import { writeLayer } from "./layer.ts";
import { recipe, type StandIn } from "./stand-in.ts";
import { addProgram } from "./tree.ts";

const entrypoint = "postgres/docker-entrypoint.sh";

/** Takes the package's own cluster away, and lets every new one be reached from other containers. */
const setUp = (major: string) => `
  rm -rf /var/lib/postgresql/* /etc/postgresql/* /var/run/postgresql /var/log/postgresql
  usermod --uid 999 postgres
  groupmod --gid 999 postgres
  install -d -m 3775 -o postgres -g postgres /var/run/postgresql
  install -d -m 0700 -o postgres -g postgres /var/lib/postgresql /var/lib/postgresql/data
  install -d /docker-entrypoint-initdb.d
  localedef -i en_US -c -f UTF-8 en_US.UTF-8
  sample=/usr/share/postgresql/${major}/postgresql.conf.sample
  sed -i "s/^#listen_addresses = .*/listen_addresses = '*'/" $sample
  grep -q "^listen_addresses = '\\*'" $sample
  /usr/lib/postgresql/${major}/bin/postgres --version | sed 's/[^0-9]*\\([0-9.]*\\).*/\\1/'`;

/** PostgreSQL as in https://hub.docker.com/_/postgres. */
function postgres(major: string, suite: Suite): StandIn {
  return {
    repository: "library/postgres",
    tags: [major, `${major}-${suite}`],
    madeOf: `PostgreSQL ${major} of Debian ${suite}`,
    recipe: recipe(import.meta.url, entrypoint, "base.ts", "tree.ts"),
    async build(work) {
      const packages = [`postgresql-${major}`, "gosu", "locales", "tzdata", "xz-utils", "zstd"];
      const base = await debianBase(suite, packages, setUp(major));
      const root = join(work, "root");
      await addProgram(root, "usr/local/bin/docker-entrypoint.sh", new URL(entrypoint, import.meta.url));
      await writeLayer(root, join(work, "layer"));
      const path = `/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/${major}/bin`;
      const settings = [
        `PG_MAJOR=${major}`,
        `PG_VERSION=${await printed(base)}`,
        "PGDATA=/var/lib/postgresql/data",
      ];
      return {
        layers: [base, join(work, "layer")],
        config: {
          Env: [`PATH=${path}`, "LANG=en_US.utf8", ...settings],
          Entrypoint: ["docker-entrypoint.sh"],
          Cmd: ["postgres"],
          ExposedPorts: { "5432/tcp": {} },
          Volumes: { "/var/lib/postgresql/data": {} },
          StopSignal: "SIGINT",
        },
      };
    },
  };
}

export const postgreses: readonly StandIn[] = [postgres("15", "bookworm"), postgres("17", "trixie")];
