import { expect, test } from "vitest";
import {
  cellsOf,
  changesText,
  type PackageChange,
  packageChanges,
} from "#pipelines/findings/package-diff.ts";
import type { Package, Sbom } from "#pipelines/findings/sbom.ts";
import { renderPage } from "#pipelines/reports/page/page.ts";
import { summaryOf, summarySchema } from "#pipelines/reports/summary-json.ts";
import { writeMarkdown } from "#pipelines/reports/summary-markdown.ts";
import { verdictOf } from "#pipelines/verdict/verdict.ts";
import { computingOf } from "../../computing.ts";
import { check, evidence, hostile } from "../samples.ts";

const one = (name: string, version = "1", licenses: readonly string[] = ["MIT"], type = "pypi"): Package => ({
  type,
  name,
  version,
  licenses,
});
const sbom = (...packages: readonly Package[]): Sbom => ({ format: "Syft", subject: "orders", packages });
const names = (list: readonly PackageChange[]) => list.map(({ name }) => name);

test("packages are added, removed and changed, by version and by license", () => {
  const before = sbom(one("gone"), one("kept"), one("newer"), one("relicensed"));
  const after = sbom(one("kept"), one("newer", "2"), one("relicensed", "1", ["GPL-3.0-only"]), one("fresh"));
  const changes = packageChanges(before, after);
  expect([names(changes.added), names(changes.removed), names(changes.changed), changes.unchanged]).toEqual([
    ["fresh"],
    ["gone"],
    ["newer", "relicensed"],
    1,
  ]);
  expect(changesText(changes)).toBe("1 added, 1 removed, 2 changed since the last release");
  expect(changes.changed.map(cellsOf)).toEqual([
    ["1", "2"],
    ["1 (MIT)", "1 (GPL-3.0-only)"],
  ]);
});

test("the same is the same in another order, spelt another way, and listed twice", () => {
  const before = sbom(one("typing_extensions"), one("b", "1", ["ISC", "MIT"]), one("b", "2"));
  const after = sbom(one("b", "2"), one("b", "1", ["MIT", "ISC"]), one("b", "1"), one("Typing-Extensions"));
  const changes = packageChanges(before, after);
  expect(changes).toEqual({ added: [], removed: [], changed: [], unchanged: 2 });
  expect(changesText(changes)).toBe("the packages of the last release");
});

test("packages of one name and two types are two", () => {
  const changes = packageChanges(sbom(one("redis")), sbom(one("redis", "7", [], "deb")));
  expect([names(changes.added), names(changes.removed)]).toEqual([["redis"], ["redis"]]);
});

test("names of properties and harmful ones are names like others", () => {
  const odd = ["__proto__", "constructor", hostile, "", "a b"];
  const changes = packageChanges(sbom(), sbom(...odd.map((name) => one(name))));
  expect(names(changes.added).toSorted()).toEqual(odd.toSorted());
});

test("ten thousand of the same take no time", async () => {
  const many = sbom(...Array.from({ length: 20_000 }, (_, index) => one("a", String(index))));
  const work = () => expect(packageChanges(many, many).unchanged).toBe(1);
  expect(await computingOf(work)).toBeLessThan(20);
});

const changed = check({
  name: "orders/sbom",
  evidence: evidence({
    changes: packageChanges(
      sbom(one("gone", hostile)),
      sbom(one(hostile, "2", [hostile]), ...Array.from({ length: 60 }, (_, n) => one(`p${n}`))),
    ),
  }),
});

test("summary.json has the changes, and holds to its own schema", () => {
  const summary = summarySchema.parse(summaryOf(verdictOf([changed])));
  expect(summary.checks[0]?.changes).toMatchObject({ removed: [{ name: "gone" }], unchanged: 0 });
});

test("summary.md and the page show them in a table, and nothing from outside as it is", () => {
  const verdict = verdictOf([changed]);
  const markdown = writeMarkdown({ verdict, findings: [] });
  expect(markdown).toContain("### Packages: <code>orders/sbom</code>");
  expect(markdown).toContain("22 packages more in `index.html`.");
  const page = renderPage({ verdict, findings: [], services: [] });
  expect(page).toContain("<h2>Packages</h2>");
  expect(page).toContain("61 added, 1 removed since the last release");
  for (const text of [markdown, page]) {
    expect(text).not.toContain("<script>alert");
    expect(["\u001b", "\u202e", "\0"].filter((character) => text.includes(character))).toEqual([]);
  }
});

test("without an earlier SBOM there is no table", () => {
  const verdict = verdictOf([check()]);
  expect(writeMarkdown({ verdict, findings: [] })).not.toContain("### Packages");
  expect(renderPage({ verdict, findings: [], services: [] })).not.toContain("<h2>Packages</h2>");
});
