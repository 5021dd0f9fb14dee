import { debianBase } from "./base.ts";
import { recipe, type StandIn } from "./stand-in.ts";

/** curl as in https://hub.docker.com/r/curlimages/curl. */
export const curl: StandIn = {
  repository: "curlimages/curl",
  tags: ["8.14.1"],
  madeOf: "curl of Debian trixie",
  recipe: recipe(import.meta.url, "base.ts"),
  async build() {
    const Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    const layers = [await debianBase("trixie", ["curl", "ca-certificates"])];
    return { layers, config: { Env, Entrypoint: ["curl"], Cmd: ["--help"] } };
  },
};
