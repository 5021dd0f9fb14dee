import { posix } from "node:path";
import type { OwnFiles } from "#pipelines/tools/tool.ts";

const ending = /\.(?:sh|bash|dash|ksh)$/;

/** The first line of a script for ShellCheck: for sh, bash, dash or ksh. */
const shebang = /^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*(?:\S+=\S*\s+)*(?:\S*\/)?)?(?:ba|da|k)?sh(?:\s|$)/;

/** Names without an extension that are not scripts, so that these files need not be read. */
const others = new Set([
  "AUTHORS",
  "Brewfile",
  "CODEOWNERS",
  "CHANGELOG",
  "Caddyfile",
  "Containerfile",
  "Dockerfile",
  "Gemfile",
  "Jenkinsfile",
  "Justfile",
  "Kustomization",
  "LICENCE",
  "LICENSE",
  "Makefile",
  "NOTICE",
  "Pipfile",
  "Procfile",
  "README",
  "Rakefile",
  "Tiltfile",
  "VERSION",
  "Vagrantfile",
]);

/** Picks the shell scripts: by their extension, or without one by their first line. */
export async function scriptsAmong({ paths, firstLine }: OwnFiles): Promise<readonly string[]> {
  const is = await Promise.all(
    paths.map(async (path) => {
      if (ending.test(path)) return true;
      return isBare(posix.basename(path)) && shebang.test(await firstLine(path));
    }),
  );
  return paths.filter((_, index) => is[index]);
}

function isBare(name: string): boolean {
  return !name.includes(".") && !others.has(name);
}
