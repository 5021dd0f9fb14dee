import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A bare repository in a folder of its own, and git's own view of it. */
export interface BareRepository {
  /** The folder that holds it, for a server. */
  readonly root: string;
  readonly path: string;
  /** Runs git in it and hands back what it printed. */
  git(...args: string[]): string;
  /** The lines of git's answer. */
  lines(...args: string[]): string[];
  /** Commits files on a branch, as somebody else would; without a file the branch's tip stays. */
  commit(files: Readonly<Record<string, string>>, message?: string, branch?: string): string;
  /** Makes a hook of a shell script. */
  hook(name: string, script: string): void;
  remove(): void;
}

const someone = {
  GIT_AUTHOR_NAME: "Someone",
  GIT_AUTHOR_EMAIL: "someone@example.com",
  GIT_COMMITTER_NAME: "Someone",
  GIT_COMMITTER_EMAIL: "someone@example.com",
};

/** Makes a bare repository with one commit of these files on main, or with none at all. */
export function bareRepository(files?: Readonly<Record<string, string>>, name = "fleet"): BareRepository {
  const root = mkdtempSync(join(tmpdir(), "slipway-git-"));
  const path = join(root, `${name}.git`);
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    LC_ALL: "C",
    ...someone,
  };
  const run = (args: readonly string[], extra: Readonly<Record<string, string>> = {}): string =>
    execFileSync("git", args, {
      env: { ...env, ...extra },
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      stdio: ["ignore", "pipe", "pipe"],
    });
  run(["init", "--quiet", "--bare", "--initial-branch=main", path]);
  const git = (...args: string[]): string => run(["-C", path, ...args]).trimEnd();
  const commit: BareRepository["commit"] = (changed, message = "Change by hand", branch = "main") => {
    const work = mkdtempSync(join(root, "work-"));
    const there = git("branch", "--list", branch) !== "";
    const index = { GIT_DIR: path, GIT_WORK_TREE: work, GIT_INDEX_FILE: join(root, `index-${Date.now()}`) };
    if (there) run(["read-tree", branch], index);
    for (const [file, text] of Object.entries(changed)) {
      mkdirSync(dirname(join(work, file)), { recursive: true });
      writeFileSync(join(work, file), text);
    }
    run(["-C", work, "add", "--force", "--ignore-removal", "."], index);
    const tree = run(["write-tree"], index).trim();
    const parent = there ? ["-p", git("rev-parse", branch)] : [];
    const id = git("commit-tree", tree, ...parent, "-m", message);
    git("update-ref", `refs/heads/${branch}`, id);
    rmSync(work, { recursive: true });
    return id;
  };
  if (files) commit(files, "Begin");
  return {
    root,
    path,
    git,
    lines: (...args) =>
      git(...args)
        .split("\n")
        .filter((line) => line !== ""),
    commit,
    hook(hook, script) {
      writeFileSync(join(path, "hooks", hook), `#!/bin/sh\n${script}\n`);
      chmodSync(join(path, "hooks", hook), 0o755);
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
