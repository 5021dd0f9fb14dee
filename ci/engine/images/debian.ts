import { debianBase } from "./base.ts";
import type { Suite } from "./debian-root.ts";
import { recipe, type StandIn } from "./stand-in.ts";

/** Debian as in https://hub.docker.com/_/debian. */
function debian(suite: Suite, tags: readonly string[]): StandIn {
  return {
    repository: "library/debian",
    tags,
    madeOf: `Debian ${suite}`,
    recipe: recipe(import.meta.url, "base.ts"),
    foreign: true,
    async build(_work, _tag, _log, runsOn) {
      const Env = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"];
      return { layers: [await debianBase(suite, [], "", runsOn)], config: { Env, Cmd: ["bash"] } };
    },
  };
}

export const debians: readonly StandIn[] = [
  debian("bookworm", ["bookworm-slim", "12-slim", "bookworm", "12"]),
  debian("trixie", ["trixie-slim", "13-slim", "trixie", "13", "stable-slim"]),
];
