import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { headOf, repositoryIn } from "#pipelines/git/merge-base.ts";
import { filesOf } from "#pipelines/git/submodules.ts";
import { countText } from "#pipelines/text/format.ts";
import { listText } from "#pipelines/text/list.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { acceptedPlaces, allowMark, ignoreFile } from "./gitleaksignore.ts";

/** The findings that stay, and what is said of the others. */
export interface Accepted {
  readonly findings: readonly Finding[];
  readonly caveat?: string | undefined;
}

/**
 * Takes away the secrets that the repository accepts for gitleaks: by a line in .gitleaksignore, or by a comment
 * gitleaks:allow. Another scanner that sees the same secret does not know either.
 */
export async function withoutAllowed(source: Directory, findings: readonly Finding[]): Promise<Accepted> {
  if (findings.every(({ kind }) => kind !== "secret")) return { findings };
  const places = acceptedPlaces(await textOf(source, ignoreFile));
  const isAllowed = await Promise.all(
    findings.map(async ({ kind, path, line }) => {
      if (kind !== "secret" || path === undefined || line === undefined) return false;
      if (places.has(`${path}:${line}`)) return true;
      return ((await textOf(source, path)).split("\n")[line - 1] ?? "").includes(allowMark);
    }),
  );
  const left = findings.filter((_, index) => !isAllowed[index]);
  const count = findings.length - left.length;
  if (count === 0) return { findings };
  return { findings: left, caveat: `${countText(count, "secret")} accepted for gitleaks` };
}

/**
 * Takes away what was found in files that git ignores and does not track: they are not part of the repository, such
 * as the .env of a laptop. Without the git history nobody knows what is tracked, and all findings stay.
 */
export async function withoutIgnored(workspace: Workspace, findings: readonly Finding[]): Promise<Accepted> {
  const { source, root, request, wholeSource, tools } = workspace;
  const paths = [...new Set(findings.flatMap(({ path }) => path ?? []))];
  if (paths.length === 0) return { findings };
  const kept = dag.directory().withDirectory("/", source, { gitignore: true });
  const isKept = await Promise.all(paths.map((path) => kept.exists(path)));
  const ignored = paths.filter((_, index) => !isKept[index]);
  if (ignored.length === 0) return { findings };
  const repository = await repositoryIn(request.git ?? wholeSource);
  if (repository === undefined) {
    const hint = "to leave out files that git ignores, pass --git=.git";
    return { findings, caveat: `${hint}${listText(ignored)}` };
  }
  const head = await headOf(tools.history, repository);
  const tracked = new Set((await filesOf(tools.history, repository, head)).map(({ path }) => path));
  const foreign = ignored.filter((path) => !tracked.has(posix.join(root, path)));
  if (foreign.length === 0) return { findings };
  return {
    findings: findings.filter(({ path }) => path === undefined || !foreign.includes(path)),
    caveat: `findings in files that git ignores are left out${listText(foreign)}`,
  };
}

async function textOf(source: Directory, path: string): Promise<string> {
  return (await regularText(source, path)) ?? "";
}
