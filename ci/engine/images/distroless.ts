import { join } from "node:path";
import { writeLayer } from "./layer.ts";
import { recipe, type StandIn } from "./stand-in.ts";
import { staticRoot } from "./static-root.ts";
import { addFolder } from "./tree.ts";

const nonrootId = 65532;
const release =
  'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"\n';

/** A base for static programs as in https://github.com/GoogleContainerTools/distroless/tree/main/base. */
function distroless(tags: readonly string[], user: "0" | `${typeof nonrootId}`): StandIn {
  return {
    repository: "distroless/static-debian12",
    tags,
    madeOf: "Debian's ca-certificates, netbase and tzdata",
    recipe: recipe(import.meta.url, "static-root.ts", "tree.ts"),
    async build(work, _tag, log) {
      const root = join(work, "root");
      await staticRoot(root, release, log);
      await addFolder(root, "home/nonroot", 0o700, nonrootId);
      await writeLayer(root, join(work, "layer"));
      const Env = [
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
      ];
      const WorkingDir = user === "0" ? "/" : "/home/nonroot";
      return { layers: [join(work, "layer")], config: { Env, User: user, WorkingDir } };
    },
  };
}

export const distrolesses: readonly StandIn[] = [
  distroless(["latest"], "0"),
  distroless(["nonroot"], "65532"),
];
