import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkoutScript } from "#modules/gitops/src/checkout-script.ts";
import { pushScript } from "#modules/gitops/src/push-script.ts";
import { appendScript, recordScript } from "#modules/gitops/src/record-script.ts";
import { checkRecord, type RawRecord } from "#pipelines/deliver/record/chain.ts";
import type { FactsOf } from "#pipelines/deliver/record/entry.ts";
import { changesOf, factsText, lineOf } from "#pipelines/deliver/record/facts.ts";
import { recordScreen } from "#pipelines/deliver/record/record.ts";
import { type BareRepository, bareRepository } from "../../../ci/servers/bare-repository.ts";
import { type ScriptClient, scriptClient } from "../../modules/gitops/script-client.ts";
import { digestOf, image } from "./fleet.ts";

const started = new Date("2026-03-01T10:00:00Z");
const commit = "c".repeat(40);
const images = changesOf(
  [{ name: image, digest: digestOf("1"), runs: true }],
  [{ name: image, digest: digestOf("2"), tag: "2" }],
);
const source = { commit, time: started.toISOString() };
const promotion = (by: string) =>
  factsText("promotion", started, {
    environment: "production",
    branch: "main",
    from: { environment: "staging", commit },
    images,
    evidence: [{ image, checks: ["signature"] }],
    source,
    resumed: false,
    by: lineOf(by),
  });
const arrival = (changes: Partial<FactsOf<"arrival">> = {}) =>
  factsText("arrival", started, {
    environment: "production",
    branch: "main",
    outcome: "passed",
    commit,
    images: [{ name: image, digest: digestOf("2"), tag: "2" }],
    applications: [{ name: "shop-eu", revision: commit }],
    seconds: 12.34,
    ...changes,
  });

let fleet: BareRepository;
let whole: RawRecord;
const clients: ScriptClient[] = [];

/** A client with a checkout of the branch main. */
function client(): ScriptClient {
  const made = scriptClient(fleet.path);
  clients.push(made);
  made.ran(checkoutScript, "main", "", "600");
  return made;
}

/** Puts an entry on record, with a change of the file or alone. */
function written(entry: string, file?: string): void {
  const made = client();
  const rest = JSON.stringify(JSON.parse(entry), undefined, 2).replace(/^\{\n/, "");
  made.write("slipway/environment", JSON.parse(entry).environment);
  made.write("slipway/entry", `${rest}\n`);
  if (file === undefined) {
    expect(made.ran(appendScript, "600")[0]).toBe("pushed");
    return;
  }
  made.write("slipway/message", `Set\n\nSlipway-Source: ${commit}\nSlipway-Source-Time: ${source.time}\n`);
  made.write("slipway/set", "");
  made.write(`changes/${file}`, file);
  expect(made.ran(pushScript)[0]).toBe("pushed");
}

/** What the script reads of the record. */
function read(): RawRecord {
  const made = client();
  expect(made.ran(recordScript, "600").join(" ")).toMatch(/^done /);
  const report = (name: string) => readFileSync(join(made.root, "reports", name), "utf8");
  return {
    tree: Buffer.from(report("tree"), "base64"),
    entries: Buffer.from(report("entries"), "base64"),
    changed: report("changed"),
    anchors: report("anchors"),
  };
}

beforeAll(() => {
  fleet = bareRepository({ a: "a" });
  fleet.git("config", "uploadpack.allowFilter", "true");
  written(promotion("alice\n  7  forged"), "one");
  written(arrival());
  written(promotion("bob"), "two");
  written(arrival({ outcome: "errored", why: lineOf("DELIVERY_TIMED_OUT: shop-eu: waits") }));
  written(
    factsText("rollback", started, {
      environment: "production",
      branch: "main",
      target: commit,
      undoes: commit,
      reason: "errors",
      images,
      evidence: [],
    }),
    "three",
  );
  written(arrival({ environment: "staging" }));
  whole = read();
});
afterAll(() => {
  for (const made of clients) made.remove();
  fleet.remove();
});

/** Runs a change of the record's branch, reads it, and puts the branch back. */
function after(change: () => void, branch = "slipway/record"): readonly string[] {
  const tip = fleet.git("rev-parse", branch);
  try {
    change();
    return checkRecord(read(), "main").faults;
  } finally {
    fleet.git("update-ref", `refs/heads/${branch}`, tip);
  }
}

/** Commits a file of the record behind one of its commits, or without a past. */
function committed(path: string, text: string, behind = "slipway/record"): void {
  if (behind !== "") fleet.git("branch", "forged", behind);
  fleet.commit({ [path]: text }, "Forge", "forged");
  fleet.git("update-ref", "refs/heads/slipway/record", "forged");
  fleet.git("branch", "--delete", "--force", "forged");
}

const textOf = (path: string) => fleet.git("show", `slipway/record:${path}`);

test("a record that nobody changed is whole, and shows who did what", () => {
  const record = checkRecord(whole, "main");
  expect(record.faults).toEqual([]);
  const screen = recordScreen(record);
  expect(screen).toMatch(
    /^production\n {2}5 {2}\S+ \S+ UTC {2}rollback to orders 2@222222222222 in place of 111111111111, commit [0-9a-f]{12}\n {5}errors\n {2}4 .* UTC {2}errored to run orders 2@222222222222\n {5}DELIVERY_TIMED_OUT: shop-eu: waits\n {2}3 .*promotion of orders 2@2{12} in place of 1{12} from staging by bob, commit/m,
  );
  expect(screen).toContain("runs orders 2@222222222222, after 12.3 s\n");
  expect(screen).toContain("from staging by alice 7 forged, commit");
  expect(screen).toMatch(/^6 entries on record, and every byte as it was written\.$/m);
});

test("a changed byte is found, whichever it is", () => {
  const text = whole.entries.toString("latin1");
  // All that another entry or a commit names: all but the end of a wait that nothing followed.
  const checked = text.lastIndexOf("\n{\n") + 1;
  const contents = [...text.slice(0, checked).matchAll(/^\{\n.*?^\}\n/gms)];
  expect(contents).toHaveLength(5);
  for (const at of contents.flatMap(({ index, 0: { length } }) =>
    [...Array(length).keys()].map((to) => index + to),
  )) {
    const entries = Buffer.from(whole.entries);
    entries[at] = (entries[at] ?? 0) ^ 1;
    expect(checkRecord({ ...whole, entries }, "main").faults, `byte ${at}`).not.toEqual([]);
  }
});

test("an entry that is changed, removed or put in between by a commit is found", () => {
  const last = "staging/00000001.json";
  expect(after(() => committed(last, textOf(last).replace("12.34", "99.99")))).toEqual([
    "a commit of the record's branch does more than add files: 'M staging/00000001.json'",
  ]);
  expect(after(() => committed("notes.txt", "x"))).toEqual(["notes.txt is no file of the record"]);
  expect(after(() => committed("production/00000009.json", textOf("production/00000002.json")))).toEqual([
    "production/00000009.json is the entry 2 of production",
  ]);
  expect(after(() => committed("production/00000006.json", "{}"))).toEqual([
    "production/00000006.json is not an entry of this version",
  ]);
  expect(after(() => committed("production/00000006.json", "x".repeat(200_000)))).toEqual([
    "production/00000006.json is larger than an entry",
  ]);
});

test("a rewritten history is found by the commits that name its entries", () => {
  expect(after(() => fleet.git("update-ref", "refs/heads/slipway/record", "slipway/record~3"))).toEqual([
    expect.stringMatching(/^commit [0-9a-f]{12} names the entry production 5, which is not there$/),
  ]);
  const forged = textOf("production/00000003.json").replace("bob", "eve");
  expect(after(() => committed("production/00000003.json", forged, "slipway/record~4"))).toEqual([
    expect.stringMatching(/^commit [0-9a-f]{12} names another production\/00000003.json$/),
    expect.stringMatching(/names the entry production 5, which is not there$/),
  ]);
  // The first entry anew, without a past.
  const first = textOf("production/00000001.json").replace("alice", "eve");
  expect(after(() => committed("production/00000001.json", first, ""))).toEqual([
    expect.stringMatching(/names another production\/00000001.json$/),
    expect.stringMatching(/names the entry production 5, which is not there$/),
    expect.stringMatching(/names the entry production 3, which is not there$/),
  ]);
});

test("other branches, and lines in messages of people, are no faults", () => {
  expect(checkRecord(whole, "other").faults).toEqual([]);
  const anchors = `${whole.anchors}${commit} \n${commit} is what we look at\n${commit} production 3 ${"a".repeat(64)}\n`;
  expect(checkRecord({ ...whole, anchors }, "main").faults).toEqual([]);
});

test("a submodule on the branch is no file of the record", () => {
  expect(
    after(() => {
      const tree = fleet.git("ls-tree", "-r", "slipway/record");
      const made = execFileSync("git", ["-C", fleet.path, "mktree", "--missing"], {
        input: `160000 commit ${"a".repeat(40)}\tsub\n${fleet.git("ls-tree", "slipway/record")}\n`,
      });
      expect(tree).not.toBe("");
      const id = fleet.git("commit-tree", made.toString().trim(), "-p", "slipway/record", "-m", "x");
      fleet.git("update-ref", "refs/heads/slipway/record", id);
    }),
  ).toEqual(["sub is no file of the record"]);
});

test("an entry that a reader would refuse is not written", () => {
  expect(() => arrival({ seconds: -1 })).toThrow();
  expect(() =>
    factsText("hold", started, {
      environment: "a",
      branch: "main",
      reason: "x",
      until: "+010000-01-01T07:59:00.000Z",
    }),
  ).toThrow();
});

test("an entry without its change is found", () => {
  expect(after(() => fleet.git("update-ref", "refs/heads/main", "main~1"), "main")).toEqual([
    "no commit of the branch names production/00000005.json, though it tells of a rollback",
  ]);
});
