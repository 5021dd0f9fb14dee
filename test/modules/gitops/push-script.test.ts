import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkoutScript } from "#modules/gitops/src/checkout-script.ts";
import { pushScript } from "#modules/gitops/src/push-script.ts";
import { type ScriptClient, scriptClient } from "./script-client.ts";

const place = "registry.example.com/orders overlays/prod";
const message = (time: string) =>
  `Set orders\n\nSlipway-Place: ${place}\nSlipway-Source: ${"a".repeat(40)}\nSlipway-Source-Time: ${time}\n`;

let bare: string;
let client: ScriptClient;

beforeEach(() => {
  bare = mkdtempSync(join(tmpdir(), "slipway-origin-"));
  client = scriptClient(bare);
});
afterEach(() => {
  client.remove();
  rmSync(bare, { recursive: true });
});

/** A repository with commits that each set the place from a source of its time. */
function origin(times: readonly string[]): void {
  const commits = times.map((time, at) => {
    const text = message(time);
    const data = `data ${Buffer.byteLength(text)}\n${text}`;
    return `commit refs/heads/main\ncommitter a <a@localhost> ${1_700_000_000 + at} +0000\n${data}M 100644 inline image\ndata ${time.length}\n${time}\n`;
  });
  execFileSync("git", ["init", "--quiet", "--bare", bare]);
  execFileSync("git", ["-C", bare, "config", "uploadpack.allowFilter", "true"]);
  execFileSync("git", ["-C", bare, "fast-import", "--quiet"], { input: commits.join("\n") });
}

function tip(): string {
  return execFileSync("git", ["-C", bare, "rev-parse", "main"]).toString();
}

const checkedOut = () => client.ran(checkoutScript, "main", "", "60")[0];

/** Pushes what comes from a source of that time. */
function pushed(time: string): string | undefined {
  client.write("slipway/message", message(time));
  client.write("slipway/set", `${place}\n`);
  client.write("changes/image", `ours of ${time}`);
  return client.ran(pushScript)[0];
}

const [older, newer] = ["2026-03-01T10:00:00.000Z", "2026-03-02T10:00:00.000Z"];

test("what a newer source set stays", () => {
  origin([newer]);
  expect(checkedOut()).toBe("done");
  const before = tip();
  expect(pushed(older)).toBe("newer");
  expect(tip()).toBe(before);
});

test("a history that git cannot read stops the push: a newer release may be in it", () => {
  origin([newer]);
  expect(checkedOut()).toBe("done");
  // Git breaks down where it is to read the history.
  client.replace("git", ['for word in "$@"; do [ "$word" != log ] || exit 128; done']);
  const before = tip();
  expect(pushed(older)).toBe("failed");
  expect(tip()).toBe(before);
});

test("a history that is longer than what has to be read of it stops nothing", () => {
  origin(Array.from({ length: 2000 }, () => older));
  expect(checkedOut()).toBe("done");
  expect(pushed(newer)).toBe("pushed");
});
