import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answerOf, words } from "#modules/gitops/src/git-errors.ts";

// As the servers of 2026 print them, and git before and after them.
const samples: readonly [string, string][] = [
  ["race", " ! [rejected]        HEAD -> main (non-fast-forward)\nerror: failed to push some refs to 'x'"],
  ["race", " ! [rejected]        HEAD -> main (fetch first)\nerror: failed to push some refs to 'x'"],
  [
    "race",
    "remote: error: cannot lock ref 'refs/heads/main': is at 1111 but expected 2222\n ! [remote rejected] HEAD -> main (cannot lock ref 'refs/heads/main': is at 1111 but expected 2222)",
  ],
  ["race", " ! [remote rejected] HEAD -> main (incorrect old value provided)"],
  [
    "refused",
    "remote: error: cannot lock ref 'refs/heads/slipway/ab12': 'refs/heads/slipway' exists; cannot create 'refs/heads/slipway/ab12'\n ! [remote rejected] x -> slipway/ab12 (failed to update ref)",
  ],
  [
    "unreachable",
    "ssh: Could not resolve hostname git.example.com: Temporary failure in name resolution\nfatal: Could not read from remote repository.",
  ],
  ["unreachable", "error: RPC failed; curl 92 HTTP/2 stream 5 was not closed cleanly: CANCEL (err 8)"],
  ["race", " ! [remote rejected] HEAD -> main (failed to update ref)"],
  [
    "protected",
    "remote: error: GH006: Protected branch update failed for refs/heads/main.\nremote: error: Changes must be made through a pull request.\n ! [remote rejected] HEAD -> main (protected branch hook declined)",
  ],
  [
    "protected",
    "remote: error: GH013: Repository rule violations found for refs/heads/main.\n ! [remote rejected] HEAD -> main (push declined due to repository rule violations)",
  ],
  [
    "protected",
    "remote: GitLab: You are not allowed to push code to protected branches on this project.\n ! [remote rejected] HEAD -> main (pre-receive hook declined)",
  ],
  [
    "protected",
    "remote: Gitea: Not allowed to push to protected branch main\n ! [remote rejected] HEAD -> main (pre-receive hook declined)",
  ],
  [
    "protected",
    " ! [remote rejected] HEAD -> main (TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.)",
  ],
  [
    "race",
    " ! [rejected]        HEAD -> GH006-fix (fetch first)\nerror: failed to push some refs to 'https://x/GH013'",
  ],
  [
    "race",
    " ! [rejected]        HEAD -> TF402455 (non-fast-forward)\nerror: failed to push some refs to 'x'",
  ],
  ["refused", "remote: commit message is bad\n ! [remote rejected] HEAD -> main (pre-receive hook declined)"],
  ["denied", "fatal: Authentication failed for 'https://x/'"],
  [
    "denied",
    "git@x: Permission denied (publickey).\nfatal: Could not read from remote repository.\nfatal: the remote end hung up unexpectedly",
  ],
  ["denied", "fatal: unable to access 'https://x/': The requested URL returned error: 403"],
  [
    "host-key",
    "No ED25519 host key is known for x\nHost key verification failed.\nfatal: Could not read from remote",
  ],
  ["host-key", "fatal: unable to access 'https://x/': SSL certificate problem: self-signed certificate"],
  ["no-branch", "fatal: couldn't find remote ref refs/heads/x"],
  ["not-found", "fatal: repository 'https://x/' not found"],
  ["not-found", "fatal: unable to access 'https://x/': Could not resolve host: x"],
  [
    "not-found",
    "error: Cannot find repository: bot/x\nfatal: Could not read from remote repository.\nfatal: the remote end hung up unexpectedly",
  ],
  [
    "not-found",
    "remote: ERROR: The project you were looking for could not be found or you don't have permission to view it.",
  ],
  [
    "unreachable",
    "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up",
  ],
  ["unreachable", "fatal: unable to access 'https://x/': The requested URL returned error: 429"],
  ["unreachable", "error: RPC failed; curl 56 Recv failure: Connection reset by peer\nfatal: early EOF"],
  ["unreachable", "fatal: unable to access 'https://x/': Failed to connect to x port 443 after 1 ms"],
  ["refused", "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413"],
];

test.each(samples)("%s: %s", (answer, log) => {
  expect(answerOf(log)).toBe(answer);
});

test("grep in the script reads every pattern as JavaScript does", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-answers-"));
  const fits = (patterns: readonly string[], log: string): boolean => {
    writeFileSync(join(folder, "patterns"), `${patterns.join("\n")}\n`);
    try {
      execFileSync("grep", ["-E", "-i", "-q", "-f", join(folder, "patterns")], { input: log });
      return true;
    } catch {
      return false;
    }
  };
  const grepped = samples.map(
    ([, log]) => words.find(({ patterns }) => fits(patterns, log))?.answer ?? "refused",
  );
  rmSync(folder, { recursive: true });
  expect(grepped).toEqual(samples.map(([answer]) => answer));
});
