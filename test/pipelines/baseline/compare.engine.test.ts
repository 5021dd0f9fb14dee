import { dirname } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { repository } from "../../fixtures/repository.ts";
import { session } from "../../session.ts";

const config = `services: {app: {path: app, lint: [ruff], types: false, test: false}}
manifests: false
`;
const files = {
  "slipway.yaml": config,
  "app/pyproject.toml": '[project]\nname = "app"\nversion = "1"\n[tool.ruff.lint]\nselect = ["F"]\n',
  "app/app.py": "import os\n",
};

interface Call {
  readonly commands?: string;
  readonly baselineRef?: string;
  readonly git?: (history: Directory) => Directory | undefined;
  readonly files?: Readonly<Record<string, string>>;
  readonly today?: string;
}

/** What a call leaves of a repository whose branch base was changed by these commands. */
const requestOf = ({ commands = "", baselineRef = "base", git = (all) => all, today, ...more }: Call) => {
  const { source, history } = repository({ ...files, ...more.files }, `git branch base\n${commands}`);
  return { source, baselineRef, git: git(history), today: today ?? "2027-01-31" };
};

/** Each check that ran in a line: name, outcome, reasons or note. */
function lines({ checks }: Verdict): readonly string[] {
  return checks
    .filter(({ outcome }) => outcome !== "skipped")
    .map(({ name, outcome, reasons, note }) =>
      [
        name,
        outcome,
        ...reasons.map(({ code, text, remedy }) => [code, text, remedy].filter(Boolean).join(" ")),
        note ?? "",
      ]
        .filter((part) => part !== "")
        .join(" | "),
    );
}

const linted = (call: Call) => session(async () => lines(await checkKind("lint", requestOf(call))));

const passed =
  /^baseline \| passed \| a finding that [0-9a-f]{12} \(the merge base of HEAD and base\) has too does not block$/;
const more = (code: string) => `printf '${code}' >app/app.py; git commit --quiet --all --message=more`;

describe("what a base has too", () => {
  test("is known, also where its lines have moved", async () => {
    expect(await linted({ commands: more('"""A module."""\\n\\n\\nimport os\\n') })).toEqual([
      "app/ruff | passed | no finding, 1 in the baseline",
      expect.stringMatching(passed),
    ]);
  });

  test("is, and what it has not stops, committed or not", async () => {
    const found = [
      "app/ruff | failed | ruff: 1 lint finding: F401 app/app.py:2",
      expect.stringMatching(passed),
    ];
    expect(await linted({ commands: more("import os\\nimport sys\\n") })).toEqual(found);
    expect(
      await linted({
        commands: "echo 'import sys' >>app/app.py; git commit --quiet --allow-empty --message=x",
      }),
    ).toEqual(found);
  });

  test("is told by where the two parted, not by what the base has got since", async () => {
    const commands = `git checkout --quiet base; ${more("import sys\\n")}; git checkout --quiet main; ${more("import os\\nimport sys\\n")}`;
    expect((await linted({ commands }))[0]).toMatch(/^app\/ruff \| failed .*: F401 app\/app\.py:2$/);
  });

  test("is not known where a waiver was for it, there or here", async () => {
    const waivers = "waivers: [{rule: F401, path: app, reason: x, expires: 2027-01-31}]\n";
    const waived = { "slipway.yaml": `${config}${waivers}` };
    const without = `printf '%s' '${config}' >slipway.yaml; git commit --quiet --all --message=x`;
    expect((await linted({ files: waived, commands: without }))[0]).toMatch(/^app\/ruff \| failed /);
    expect((await linted({ files: waived, today: "2027-02-01" }))[0]).toMatch(
      /^app\/ruff \| failed .*\| the waiver of F401 .* expired on 2027-01-31/,
    );
  });

  test("is nothing where it has no such service, nor any file", async () => {
    const commands = `git checkout --quiet --orphan empty; git rm -r --quiet --force .; git commit --quiet --allow-empty --message=empty
git branch --force base; git checkout --quiet --force main; git rebase --quiet --onto base --root`;
    expect(await linted({ commands })).toEqual([
      "app/ruff | failed | ruff: 1 lint finding: F401 app/app.py:1",
      expect.stringMatching(passed),
    ]);
  });
});

describe("a base that is not to be had makes nothing known:", () => {
  test("a name that there is not", async () => {
    const found = await linted({ baselineRef: "origin/nowhere" });
    expect(found[0]).toMatch(/^app\/ruff \| failed \| ruff: 1 lint finding: F401 app\/app\.py:1$/);
    expect(found[1]).toMatch(
      /^baseline \| errored \| BASE_NOT_FOUND .*'origin\/nowhere'.*git fetch origin nowhere/,
    );
  });

  test("also where nothing asks for it", async () => {
    const found = await linted({ baselineRef: "nowhere", files: { "app/app.py": "x = 1\n" } });
    expect(found).toEqual([
      "app/ruff | passed | no finding",
      expect.stringMatching(/^baseline \| errored \| BASE_NOT_FOUND /),
    ]);
  });

  test.each(["HEAD", "main", "base"])("one that is HEAD itself, here %s", async (baselineRef) => {
    const [found, baseline] = await linted({ baselineRef });
    expect(found).toMatch(/^app\/ruff \| failed \| ruff: 1 lint finding: F401 app\/app\.py:1$/);
    expect(baseline).toMatch(/^baseline \| errored \| BASE_IS_HEAD /);
  });

  test("one that lost a file", async () => {
    const commands = `${more("import os\\n\\n")}; set -- $(git rev-parse base:slipway.yaml); find .git/objects -path "*$(echo "$1" | cut -c3-)" -delete`;
    const found = await linted({ commands });
    expect(found[0]).toMatch(
      /^app\/ruff \| failed \| .*F401 app\/app\.py:1 \| .* on base, so its findings there are unknown/,
    );
    expect(found[1]).toMatch(/^baseline \| errored \| /);
  });

  test("one whose configuration is none", async () => {
    const mended = `printf '%s' '${config}' >slipway.yaml; git commit --quiet --all --message=x`;
    const found = await linted({ files: { "slipway.yaml": "services: 1\n" }, commands: mended });
    expect(found[0]).toMatch(/^app\/ruff \| failed .*its findings there are unknown: CONFIG_INVALID/);
    expect(found[1]).toMatch(/^baseline \| errored \| CONFIG_INVALID /);
  });

  test("one on which the check breaks down, which is said", async () => {
    const broken = { "app/pyproject.toml": `${files["app/pyproject.toml"]}unknown-key = 1\n` };
    const mended = `printf '%s' '${files["app/pyproject.toml"]}' >app/pyproject.toml; git commit --quiet --all --message=x`;
    const found = await linted({ files: broken, commands: mended });
    expect(found[0]).toMatch(
      /^app\/ruff \| failed \| ruff: 1 lint finding: F401 app\/app\.py:1 \| this check could not be carried out on base, .*: TOOL_FAILED/,
    );
    expect(found[1]).toMatch(passed);
  });
});

describe("is refused before anything runs:", () => {
  test.each(["--upload-pack=x", "main\nHEAD", "", "a..b"])("ARGUMENT_INVALID: %j", async (baselineRef) => {
    await expect(linted({ baselineRef })).rejects.toThrow(
      /ARGUMENT_INVALID: --baseline-ref=.*for example --baseline-ref=/,
    );
  });

  test("HISTORY_MISSING: a source without .git", async () => {
    await expect(linted({ git: () => undefined })).rejects.toThrow(
      /HISTORY_MISSING: --baseline-ref=base .*--git/,
    );
  });
});

test("a whole run knows what every kind of check finds on the base", async () => {
  const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6".slice(0, 36)}`;
  const verdict = await session(async () => {
    const old = {
      "slipway.yaml": `${config}scan: {history: true}\nlicenses: {allow: [MIT]}\n`,
      "app/Dockerfile": "FROM python:3.11-slim\nRUN cd /tmp && true\nUSER 1000\n",
      "app/requirements.txt": "requests==2.19.0\n",
      "app/settings.py": `token = "${token}"\n`,
      ".semgrep/no-eval.yaml":
        "rules:\n  - id: no-eval\n    languages: [python]\n    severity: ERROR\n    message: eval runs it\n    pattern: eval(...)\n",
      "app/run.py": "x = eval(input())\n",
    };
    const vulnerabilityDatabase = dag.host().directory(dirname(await exampleDatabase()));
    return (
      await ci({
        ...requestOf({ files: old, commands: more('"""A module."""\\nimport os\\n') }),
        vulnerabilityDatabase,
      })
    ).verdict;
  });
  const found = lines(verdict);
  expect(found.filter((line) => !/^[^|]* \| passed /.test(line))).toEqual([]);
  const known = found.filter((line) => line.includes("in the baseline")).map((line) => line.split(" ")[0]);
  expect(known.sort()).toEqual(
    ["app/licenses", "app/ruff", "files/hadolint", "history-secrets", "scan", "secrets", "semgrep"].sort(),
  );
});
