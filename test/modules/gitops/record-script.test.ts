import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkoutScript } from "#modules/gitops/src/checkout-script.ts";
import { pushScript } from "#modules/gitops/src/push-script.ts";
import { appendScript, recordScript } from "#modules/gitops/src/record-script.ts";
import { type BareRepository, bareRepository } from "../../../ci/servers/bare-repository.ts";
import { type ScriptClient, scriptClient } from "./script-client.ts";

const source = `Slipway-Source: ${"a".repeat(40)}`;
const [older, newer] = ["2026-03-01T10:00:00.000Z", "2026-03-02T10:00:00.000Z"];

let fleet: BareRepository;
let clients: ScriptClient[];

beforeEach(() => {
  fleet = bareRepository({ image: "first\n" });
  fleet.git("config", "uploadpack.allowFilter", "true");
  clients = [];
});
afterEach(() => {
  for (const client of clients) client.remove();
  fleet.remove();
});

/** A client with a checkout, and a change of one file to push with an entry. */
function ready(file = "image", time = older, environment = "production"): ScriptClient {
  const client = scriptClient(fleet.path);
  clients.push(client);
  client.ran(checkoutScript, "main", "", "600");
  const place = `orders ${file}`;
  const trailers = [`Slipway-Place: ${place}`, source, `Slipway-Source-Time: ${time}`];
  client.write("slipway/message", `Set orders\n\n${trailers.join("\n")}\n`);
  client.write("slipway/set", `${place}\n`);
  client.write(`changes/${file}`, `ours of ${time}`);
  client.write("slipway/environment", environment);
  client.write("slipway/entry", `  "step": "promotion",\n  "client": ${clients.length}\n}\n`);
  return client;
}

const record = "slipway/record";
const names = () => fleet.git("ls-tree", "-r", "--name-only", record).split("\n");
const entry = (name: string) => JSON.parse(fleet.git("show", `${record}:${name}`)) as Record<string, unknown>;
const hashOf = (name: string) =>
  createHash("sha256")
    .update(execFileSync("git", ["-C", fleet.path, "show", `${record}:${name}`]))
    .digest("hex");
const anchors = () =>
  fleet
    .git("log", "--format=%(trailers:key=Slipway-Record,valueonly,separator=%x2C)", "main")
    .split("\n")
    .filter((line) => line !== "");

/** Whether each entry names the one before, and each commit its entry. */
function expectChain(environment: string, count: number): void {
  const wanted = Array.from(
    { length: count },
    (_, at) => `${environment}/${String(at + 1).padStart(8, "0")}.json`,
  );
  expect(names().filter((name) => name.startsWith(`${environment}/`))).toEqual(wanted);
  for (const [at, name] of wanted.entries()) {
    const previous = at === 0 ? "" : hashOf(wanted[at - 1] ?? "");
    expect(entry(name)).toMatchObject({ number: at + 1, previous, step: "promotion" });
  }
}

test("a change and its entry arrive together, and the commit names the entry", () => {
  expect(ready().ran(pushScript)[0]).toBe("pushed");
  expect(ready("image", newer).ran(pushScript)[0]).toBe("pushed");
  expectChain("production", 2);
  expect(anchors()).toEqual([2, 1].map((at) => `production ${at} ${hashOf(`production/0000000${at}.json`)}`));
  expect(
    fleet.git("show", "--no-patch", "--format=%(trailers:key=Slipway-Source-Time,valueonly)", "main"),
  ).toBe(newer);
});

test("a change that is there already writes no entry", () => {
  ready().ran(pushScript);
  expect(ready().ran(pushScript)[0]).toBe("unchanged");
  expectChain("production", 1);
});

test("without its entry a change does not arrive", () => {
  fleet.hook("update", `[ "$1" != refs/heads/${record} ]`);
  const before = fleet.git("rev-parse", "main");
  const [outcome, answer, ...log] = ready().ran(pushScript);
  expect([outcome, answer]).toEqual(["failed", "refused"]);
  expect(log.join("\n")).toContain(record);
  expect(fleet.git("rev-parse", "main")).toBe(before);
});

test("an entry alone goes behind the newest of its environment, and others have their own", () => {
  ready().ran(pushScript);
  for (const environment of ["production", "staging"]) {
    expect(ready("image", older, environment).ran(appendScript, "600")[0]).toBe("pushed");
  }
  expect(names()).toEqual(["production/00000001.json", "production/00000002.json", "staging/00000001.json"]);
  expectChain("production", 2);
});

test("a change does not arrive on top of an entry that its caller does not know", () => {
  ready().ran(pushScript);
  const before = fleet.git("rev-parse", "main");
  const late = ready("other");
  late.write("slipway/known", "0");
  expect(late.ran(pushScript)[0]).toBe("stale");
  expect(fleet.git("rev-parse", "main")).toBe(before);
  late.write("slipway/known", "1");
  expect(late.ran(pushScript)[0]).toBe("pushed");
  expectChain("production", 2);
});

test("a reader sees an entry and its commit together, also behind an older checkout", () => {
  const reader = ready();
  ready().ran(pushScript);
  expect(reader.ran(recordScript, "600")[0]).toBe("done");
  expect(readFileSync(join(reader.root, "reports/anchors"), "utf8")).toContain(" production 1 ");
});

test("a server without atomic pushes is refused at once", () => {
  fleet.git("config", "receive.advertiseAtomic", "false");
  const [outcome, answer, ...log] = ready().ran(pushScript);
  expect([outcome, answer]).toEqual(["failed", "refused"]);
  expect(log.join("\n")).toContain("does not support --atomic");
});

test("changes and entries of many at once make one chain", async () => {
  // git before 2.40 cannot merge here, so a call begins anew as a release does.
  const pushed = async (file: string) => {
    for (;;) {
      const client = ready(file);
      await once(client.begun(pushScript), "exit");
      if (client.outcome() !== "conflict") return client.outcome();
    }
  };
  const appended = async () => {
    const client = ready();
    await once(client.begun(appendScript, "600"), "exit");
    return client.outcome();
  };
  const all = [...Array(8).keys()].flatMap((at) => [pushed(`image-${at}`), appended()]);
  expect(new Set(await Promise.all(all))).toEqual(new Set(["pushed"]));
  expectChain("production", 16);
  expect(anchors()).toHaveLength(8);
  for (const anchor of anchors()) {
    const [environment, number = "", hash] = anchor.split(" ");
    expect(hash).toBe(hashOf(`${environment}/${number.padStart(8, "0")}.json`));
  }
});

test("killed at any moment, there is no change without its entry, and the same call goes on", async () => {
  const whole = Date.now();
  ready("image-0").ran(pushScript);
  const took = Date.now() - whole;
  for (let at = 1; at <= 15; at++) {
    const child = ready(`image-${at}`).begun(pushScript);
    const ended = once(child, "exit");
    await setTimeout((took * at) / 15);
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    await ended;
    const again = ready(`image-${at}`).ran(pushScript)[0];
    expect(["pushed", "unchanged"]).toContain(again);
    expect(anchors()).toHaveLength(at + 1);
  }
  expectChain("production", 16);
});
