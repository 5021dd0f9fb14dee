import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkoutScript } from "#modules/gitops/src/checkout-script.ts";
import { pushScript } from "#modules/gitops/src/push-script.ts";

const folders = ["slipway", "scratch", "reports", "changes", "queue", "repository", "tree"];
const place = "registry.example.com/orders overlays/prod";
const message = (time: string) =>
  `Set orders\n\nSlipway-Place: ${place}\nSlipway-Source: ${"a".repeat(40)}\nSlipway-Source-Time: ${time}\n`;

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-push-"));
  for (const folder of [...folders, "bin"]) mkdirSync(join(root, folder));
  const user = "[user]\n\tname = Slipway\n\temail = slipway@localhost\n";
  const remote = `[remote "origin"]\n\turl = file://${join(root, "origin")}\n`;
  writeFileSync(join(root, "slipway/gitconfig"), `${user}${remote}[uploadpack]\n\tallowFilter = true\n`);
});
afterEach(() => rmSync(root, { recursive: true }));

/** A repository with commits that each set the place from a source of its time. */
function origin(times: readonly string[]): void {
  const commits = times.map((time, at) => {
    const text = message(time);
    const data = `data ${Buffer.byteLength(text)}\n${text}`;
    return `commit refs/heads/main\ncommitter a <a@localhost> ${1_700_000_000 + at} +0000\n${data}M 100644 inline image\ndata ${time.length}\n${time}\n`;
  });
  execFileSync("git", ["init", "--quiet", "--bare", join(root, "origin")]);
  execFileSync("git", ["-C", join(root, "origin"), "fast-import", "--quiet"], { input: commits.join("\n") });
}

function tip(): string {
  return execFileSync("git", ["-C", join(root, "origin"), "rev-parse", "main"]).toString();
}

/** Runs a script of the module with its folders elsewhere; the first line that it prints. */
function ran(script: string, ...args: readonly string[]): string | undefined {
  const moved = script.replace(
    new RegExp(`(?<![\\w$./-])/(?=(?:${folders.join("|")})(?![\\w-]))`, "g"),
    `${root}/`,
  );
  const env = { ...process.env, PATH: `${join(root, "bin")}:${process.env.PATH}` };
  const printed = execFileSync("sh", ["-c", moved, "script", ...args], { cwd: root, env });
  return printed.toString().split("\n")[0];
}

/** Pushes what comes from a source of that time. */
function pushed(time: string): string | undefined {
  writeFileSync(join(root, "slipway/message"), message(time));
  writeFileSync(join(root, "slipway/set"), `${place}\n`);
  writeFileSync(join(root, "changes/image"), `ours of ${time}`);
  return ran(pushScript);
}

/** Puts before git one that breaks down where it is to read the history. */
function breakLog(): void {
  const git = execFileSync("sh", ["-c", "command -v git"]).toString().trim();
  const lines = ['for word in "$@"; do [ "$word" != log ] || exit 128; done', `exec ${git} "$@"`];
  writeFileSync(join(root, "bin/git"), `#!/bin/sh\n${lines.join("\n")}\n`);
  chmodSync(join(root, "bin/git"), 0o755);
}

const [older, newer] = ["2026-03-01T10:00:00.000Z", "2026-03-02T10:00:00.000Z"];

test("what a newer source set stays", () => {
  origin([newer]);
  expect(ran(checkoutScript, "main", "", "60")).toBe("done");
  const before = tip();
  expect(pushed(older)).toBe("newer");
  expect(tip()).toBe(before);
});

test("a history that git cannot read stops the push: a newer release may be in it", () => {
  origin([newer]);
  expect(ran(checkoutScript, "main", "", "60")).toBe("done");
  breakLog();
  const before = tip();
  expect(pushed(older)).toBe("failed");
  expect(tip()).toBe(before);
});

test("a history that is longer than what has to be read of it stops nothing", () => {
  origin(Array.from({ length: 2000 }, () => older));
  expect(ran(checkoutScript, "main", "", "60")).toBe("done");
  expect(pushed(newer)).toBe("pushed");
});
