import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { strictest } from "#pipelines/policy/settings.ts";
import { approvalOf, approvalPattern } from "#pipelines/policy/weakening.ts";

const read = (text: string) => readConfig(text, "slipway.yaml");
const held = (base: string, change: string) => strictest(read(base), read(change), "slipway.yaml");
const told = (base: string, change: string) =>
  held(base, change).weakenings.map(({ subject, text }) => `${subject}: ${text}`);

const service = (more: string) => `services: {a: {path: a, ${more}}}`;
const waiver = (more = "") => `waivers: [{rule: F401, reason: x, expires: 2027-01-31${more}}]`;

describe("what a change would judge less strictly", () => {
  test.each<[subject: string, base: string, change: string]>([
    ["gates.branches", "gates: {branches: 1}", ""],
    ["gates.totalCoverage", "gates: {totalCoverage: 50}", "gates: {totalCoverage: 49}"],
    ["gates.changedCoverage", "gates: {changedCoverage: 50}", ""],
    ["gates.coverageDrop", "gates: {coverageDrop: 0}", ""],
    ["gates.coverageDrop", "gates: {coverageDrop: 0}", "gates: {coverageDrop: 1}"],
    ["gates.severity", "", "gates: {severity: [CRITICAL]}"],
    ["gates.severity", "", "gates: {severity: [UNKNOWN]}"],
    ["gates.severity", "gates: {severity: [HIGH, UNKNOWN]}", "gates: {severity: [LOW]}"],
    ["gates.ignoreUnfixed", "", "gates: {ignoreUnfixed: true}"],
    ["gates.waiverTerm", "gates: {waiverTerm: 30d}", "gates: {waiverTerm: 31d}"],
    ["waivers", "", waiver()],
    ["waivers", waiver(), waiver().replace("2027-01-31", "2027-02-01")],
    ["waivers", waiver(", path: a"), waiver()],
    ["waivers", waiver(", package: a"), waiver(", package: b")],
    ["scan.database.repositories", "", "scan: {database: {repositories: [a.example/db:1]}}"],
    ["scan.database.refresh", "", "scan: {database: {refresh: 365d}}"],
    ["scan.skip", "scan: {skip: [a]}", "scan: {skip: [a, b]}"],
    ["scan.secrets", "", "scan: {secrets: false}"],
    ["scan.history", "", "scan: {history: false}"],
    ["scan.history", "scan: {history: true}", ""],
    ["scan.rules", "", "scan: {rules: false}"],
    ["scan.rules", "", "scan: {rules: [lax]}"],
    ["scan.rules", "scan: {rules: [a, b]}", "scan: {rules: [a]}"],
    ["licenses.allow", "licenses: {allow: [MIT]}", ""],
    ["licenses.allow", "licenses: {allow: [MIT]}", "licenses: {allow: [MIT, ISC]}"],
    ["licenses.deny", "licenses: {deny: [MIT, ISC]}", "licenses: {deny: [MIT]}"],
    ["licenses.unknown", "licenses: {unknown: fail}", ""],
    ["licenses.skip", "", "licenses: {skip: [a]}"],
    ["manifests", "", "manifests: false"],
    ["manifests.schemas", "manifests: {schemas: a}", "manifests: {schemas: b}"],
    ["manifests.unknownKinds", "manifests: {unknownKinds: fail}", ""],
    ["manifests.skipKinds", "", "manifests: {skipKinds: [Secret]}"],
    ["manifests.skip", "", "manifests: {skip: [a]}"],
    ["manifests.flux", "", "manifests: {flux: true}"],
    ["manifests.policies", "", "manifests: {policies: [lax]}"],
    ["manifests.policies", "manifests: {policies: [a, b]}", "manifests: {policies: [b]}"],
    ["manifests.charts.defaults", "", "manifests: {charts: [{path: a, defaults: false}]}"],
    ["files", "", "files: false"],
    ["files.lint", "", "files: {lint: [shellcheck]}"],
    ["files.lint", "files: {lint: [shellcheck, zizmor]}", "files: {lint: [zizmor]}"],
    ["files.skip", "", "files: {skip: [a]}"],
    ["infrastructure", "", "infrastructure: false"],
    ["infrastructure.plan", "infrastructure: {plan: true}", ""],
    ["infrastructure.skip", "", "infrastructure: {skip: [a]}"],
    ["tools.trivy", "", "tools: {trivy: evil.example/trivy:1}"],
    ["tools.trivy", "tools: {trivy: mirror.example/trivy:1}", ""],
    ["services", service("test: false"), ""],
    ["services.a.lint", service("lint: auto"), service("lint: false")],
    ["services.a.lint", service("lint: [ruff, bandit]"), service("lint: [ruff]")],
    ["services.a.lint", service("lint: auto"), service("lint: [ruff]")],
    ["services.a.types", service("types: [mypy]"), service("types: auto")],
    ["services.a.test", service("test: {}"), service("test: false")],
    ["services.a.image", service("test: {}"), service("image: false")],
    ["services.a.test.secrets", service("test: {secrets: [A]}"), service("test: {secrets: [A, B]}")],
    ["services.a.test.suites.u.secrets", service(""), service("test: {suites: {u: {secrets: [B]}}}")],
    ["services.a.image.secrets", service("image: {secrets: [A]}"), service("image: {secrets: [A, B]}")],
    ["services.b.test", service(""), "services: {a: {path: a}, b: {path: b, test: false}}"],
    ["services.b.lint", service(""), "services: {a: {path: a}, b: {path: b, lint: false}}"],
    ["services.b.test.secrets", service(""), "services: {a: {path: a}, b: {path: b, test: {secrets: [A]}}}"],
  ])("is named, and the base's holds: %s, %j, %j", (subject, base, change) => {
    const { config, weakenings } = held(base, change);
    expect(weakenings.map((each) => each.subject)).toEqual([subject]);
    // Held once, it is not weaker any more; what concerns no check is left alone.
    const again = strictest(read(base), config, "slipway.yaml").weakenings.map((each) => each.subject);
    expect(again).toEqual(subject === "manifests.charts.defaults" ? [subject] : []);
  });

  test("is told with both values", () => {
    expect(told("gates: {branches: 90}", "gates: {branches: 10}")).toEqual([
      "gates.branches: 90 on the base, 10 in the change",
    ]);
    expect(told("", waiver(", path: src"))).toEqual([
      "waivers: F401 in src until 2027-01-31, which the base does not have",
    ]);
  });
});

describe("what is not less strict", () => {
  test.each<[base: string, change: string]>([
    ["", ""],
    ["gates: {branches: 50}", "gates: {branches: 50.5}"],
    ["", "gates: {branches: 50, totalCoverage: 1, changedCoverage: 100, coverageDrop: 5}"],
    ["", "gates: {severity: [LOW]}"],
    ["", "gates: {severity: [HIGH, UNKNOWN]}"],
    ["gates: {severity: [HIGH]}", "gates: {severity: [CRITICAL, HIGH]}"],
    ["gates: {ignoreUnfixed: true}", ""],
    [waiver(), ""],
    [waiver(), waiver().replace("2027-01-31", "2026-12-31").replace("x", "another reason")],
    ["scan: {skip: [a, b], secrets: false, history: false}", "scan: {skip: [b]}"],
    ["scan: {rules: [a]}", "scan: {rules: [a, b]}"],
    ["", "licenses: {allow: [MIT], deny: [ISC], unknown: fail}"],
    ["manifests: false", ""],
    ["files: false", "files: {skip: [a]}"],
    ["infrastructure: false", ""],
    ["files: {lint: [zizmor]}", "files: {lint: [zizmor, shellcheck]}"],
    [service("lint: false, test: false, image: false"), service("")],
    [service("test: {secrets: [A, B]}"), service("test: {secrets: [B], markers: not slow}")],
    [service("test: {secrets: [A]}"), service("test: {suites: {u: {secrets: [A]}}}")],
    [service("test: {}"), "services: {renamed: {path: a}}"],
    [service("test: {}"), "services: {a: {path: a}, b: {path: b, image: false, types: false}}"],
    ["", service("test: {timeout: 1h}")],
  ])("%j, then %j", (base, change) => {
    expect(told(base, change)).toEqual([]);
    expect(held(base, change).config).toEqual(read(change));
  });
});

describe("an approval", () => {
  const approval = (change: string) => approvalOf(held("", change).weakenings);
  const skipped = (last: string) =>
    `scan: {skip: [${Array.from({ length: 60 }, (_, at) => `folder-${at}`).join()}, ${last}]}`;

  test("is of one set of weakenings, whatever their order, and of no other", () => {
    const both = held("", "licenses: {skip: [c]}\nscan: {secrets: false}").weakenings;
    expect(approvalOf(both.toReversed())).toBe(approvalOf(both));
    const names = [
      approvalOf(both),
      approval("licenses: {skip: [c]}"),
      approval("licenses: {skip: [d]}"),
      approval(skipped("a")),
      approval(skipped("b")),
    ];
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => approvalPattern.test(name))).toBe(true);
  });
});
