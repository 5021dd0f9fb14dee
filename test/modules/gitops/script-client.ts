import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const folders = ["slipway", "scratch", "reports", "changes", "queue", "repository", "tree"];

/** Runs the scripts of the gitops module without a container, on folders of its own. */
export interface ScriptClient {
  readonly root: string;
  write(path: string, text: string): void;
  /** Puts a program before that of the machine. */
  replace(program: string, lines: readonly string[]): void;
  /** Runs a script, and returns the lines that it prints. */
  ran(script: string, ...args: readonly string[]): readonly string[];
  /** Begins a script, in a process group of its own. */
  begun(script: string, ...args: readonly string[]): ChildProcess;
  /** The outcome of the last script; undefined if it has none. */
  outcome(): string | undefined;
  remove(): void;
}

/** Makes a client of a repository in a folder of this machine. */
export function scriptClient(origin: string): ScriptClient {
  const root = mkdtempSync(join(tmpdir(), "slipway-client-"));
  for (const folder of [...folders, "bin"]) mkdirSync(join(root, folder));
  const moved = (script: string) =>
    script.replace(new RegExp(`(?<![\\w$./-])/(?=(?:${folders.join("|")})(?![\\w-]))`, "g"), `${root}/`);
  const options = { cwd: root, env: { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` } };
  const client: ScriptClient = {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    replace(program, lines) {
      const real = execFileSync("sh", ["-c", `command -v ${program}`])
        .toString()
        .trim();
      writeFileSync(join(root, "bin", program), `#!/bin/sh\n${lines.join("\n")}\nexec ${real} "$@"\n`);
      chmodSync(join(root, "bin", program), 0o755);
    },
    ran: (script, ...args) =>
      execFileSync("sh", ["-c", moved(script), "script", ...args], options)
        .toString()
        .split("\n"),
    begun: (script, ...args) =>
      spawn("sh", ["-c", moved(script), "script", ...args], { ...options, detached: true }),
    outcome() {
      const file = join(root, "reports/outcome");
      return existsSync(file) ? readFileSync(file, "utf8") : undefined;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
  const user = "[user]\n\tname = Slipway\n\temail = slipway@localhost\n";
  client.write(
    "slipway/gitconfig",
    `${user}[remote "origin"]\n\turl = file://${origin}\n\tpromisor = true\n\tpartialCloneFilter = blob:none\n`,
  );
  return client;
}
