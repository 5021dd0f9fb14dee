import { dirname } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { session } from "../../session.ts";

type Files = Readonly<Record<string, string>>;

const config = `services: {app: {path: ., lint: [ruff, flake8], types: false, test: false, image: false}}
manifests: false
`;
const files: Files = {
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n[tool.ruff.lint]\nselect = ["F"]\n',
  "app.py": "import os\n",
  "slipway.yaml": config,
};

const repository = (changes: Files): Directory =>
  Object.entries({ ...files, ...changes }).reduce(
    (folder, [name, text]) => folder.withNewFile(name, text),
    dag.directory(),
  );

/** The linters' checks, each in a line: name, outcome, reasons or note. */
const lines = (changes: Files, today = "2027-01-31", baseline?: string) =>
  session(async () => {
    const known =
      baseline === undefined
        ? undefined
        : dag.directory().withNewFile("findings.json", baseline).file("findings.json");
    const { checks } = await checkKind("lint", {
      source: repository(changes),
      today,
      ...(known && { baseline: known }),
    });
    return checks
      .filter(({ outcome }) => outcome !== "skipped")
      .map(
        ({ name, outcome, reasons, note }) =>
          `${name} ${outcome} ${note ?? reasons.map(({ text }) => text).join(" | ")}`,
      );
  });

/** What a whole run of a source leaves. */
const reportsOf = (changes: Files) =>
  session(async () => {
    const vulnerabilityDatabase = dag.host().directory(dirname(await exampleDatabase()));
    const { reports, verdict } = await ci({ source: repository(changes), vulnerabilityDatabase });
    const text = (name: string) => reports.file(name).contents();
    return {
      notes: verdict.notes,
      findings: await text("findings.json"),
      sarif: JSON.parse(await text("findings.sarif")),
      page: await text("index.html"),
    };
  });

describe("a finding of two tools", () => {
  test("stands once in findings.json and findings.sarif, and as a baseline lets both pass", async () => {
    const { findings, sarif } = await reportsOf({});
    const [one, ...others] = JSON.parse(findings).findings;
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      rule: "F401",
      tools: ["flake8", "ruff"],
      path: "app.py",
      line: 1,
      status: "blocking",
    });
    expect(sarif.runs.flatMap(({ results }: { results: unknown[] }) => results)).toHaveLength(1);

    const moved = { "app.py": '"""A module."""\n\nimport os\n' };
    expect(await lines(moved, undefined, findings)).toEqual([
      "app/ruff passed no finding, 1 in the baseline",
      "app/flake8 passed no finding, 1 in the baseline",
    ]);
    const more = await lines({ "app.py": "import os\nimport sys\n" }, undefined, findings);
    expect(more[0]).toMatch(/^app\/ruff failed ruff: 1 lint finding: F401 app\.py:2$/);
  });
});

describe("a waiver", () => {
  const waived = {
    "slipway.yaml": `${config}waivers: [{rule: F401, path: app.py, reason: by name, expires: 2027-01-31}]\n`,
  };

  test("holds for both until its last day, and then gates again and says so", async () => {
    expect(await lines(waived)).toEqual([
      "app/ruff passed no finding, 1 waived",
      "app/flake8 passed no finding, 1 waived",
    ]);
    expect((await lines(waived, "2027-02-01"))[0]).toMatch(
      /^app\/ruff failed ruff: 1 lint finding: F401 app\.py:1 \| the waiver of F401 in app\.py \(slipway\.yaml waivers\[0\]\) expired on 2027-01-31/,
    );
  });

  test("in the code holds, and one without a reason is told", async () => {
    const inlineWaiver = (text: string) => ({
      "app.py": `import os  # slipway: ignore F401 until 2027-06-30${text}\n`,
    });
    expect(await lines(inlineWaiver(": by name"))).toEqual([
      "app/ruff passed no finding, 1 waived",
      "app/flake8 passed no finding, 1 waived",
    ]);
    expect((await lines(inlineWaiver("")))[0]).toMatch(/failed.*the waiver in app\.py:1 gives no reason/);
  });

  test("of the tool's own, noqa, holds beside it", async () => {
    expect(await lines({ "app.py": "import os  # noqa: F401\n" })).toEqual([
      "app/ruff passed no finding",
      "app/flake8 passed no finding",
    ]);
  });
});

test("a waiver for nothing is noted, in slipway.yaml and beside the code, and not in prose", async () => {
  const inlineWaiver = "# slipway: ignore E501 until 2027-06-30: long\n";
  const { notes } = await reportsOf({
    "app.py": '"""A module."""\n',
    "sub dir/b.py": inlineWaiver,
    "README.md": inlineWaiver,
    "slipway.yaml": `${config}waivers: [{rule: F811, reason: x, expires: 2030-01-01}]\n`,
  });
  expect(notes).toEqual([
    "the waiver of F811 (slipway.yaml waivers[0]) matches no finding: remove it",
    "the waiver of E501 (sub dir/b.py:1) matches no finding: remove it",
  ]);
});

test("more findings than a call can bear reach the reports whole", async () => {
  const code = Array.from({ length: 3000 }, (_, line) => `import a${line}\n`).join("");
  const { findings, page } = await reportsOf({ "app.py": code });
  expect(findings.length).toBeGreaterThan(256 * 1024);
  expect(JSON.parse(findings).findings).toHaveLength(3000);
  expect(page).toMatch(/<\/html>\n$/);
});
