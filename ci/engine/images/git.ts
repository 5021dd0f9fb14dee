import { debianBase } from "./base.ts";
import { recipe, type StandIn } from "./stand-in.ts";

/** Git as in https://hub.docker.com/r/alpine/git. */
export const git: StandIn = {
  repository: "alpine/git",
  tags: ["v2.49.1"],
  madeOf: "git of Debian trixie",
  recipe: recipe(import.meta.url, "base.ts"),
  async build() {
    const Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
    const layers = [
      await debianBase("trixie", [
        "git",
        "git-lfs",
        "gpg",
        "gpg-agent",
        "less",
        "openssh-client",
        "patch",
        "perl",
        "ca-certificates",
      ]),
    ];
    return { layers, config: { Env, Entrypoint: ["git"], WorkingDir: "/git" } };
  },
};
