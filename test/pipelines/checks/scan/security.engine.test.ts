import { dirname } from "node:path";
import { dag } from "@dagger.io/dagger";
import { beforeAll, describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { exampleDatabase } from "../../../../ci/engine/vulnerability-db.ts";
import { session } from "../../../session.ts";

let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});

const clean = { "app.py": "x = 1\n", "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n' };
/** Made here, so that no scanner takes this file for a leak. */
const leak = { "settings.py": `token = "${"ghp_"}${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"}"\n` };
const rules = {
  ".semgrep/no-eval.yaml":
    "rules:\n  - id: no-eval\n    languages: [python]\n    severity: ERROR\n    message: eval runs it\n    pattern: eval(...)\n",
};

/** Outcome and reasons of one check over a repository of these files. */
async function over(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const { outcome, reasons } = await checked(name, files);
  return [outcome, ...reasons].join(" ");
}

async function checked(name: string, files: Readonly<Record<string, string>>) {
  const { checks } = await session(() => {
    const source = Object.entries({ ...clean, ...files }).reduce(
      (all, [path, text]) => all.withNewFile(path, text),
      dag.directory(),
    );
    return checkKind("scan", { source, vulnerabilityDatabase: dag.host().directory(database) });
  });
  const check = checks.find((each) => each.name === name);
  const reasons = check?.reasons.map(({ code, text }) => `${code ?? ""} ${text}`.trim()) ?? [];
  return { outcome: check?.outcome, reasons, note: check?.note };
}

describe("the repository's own settings", () => {
  const vulnerable = { "requirements.txt": "requests==2.19.0\n" };

  test("hide no severity from the gates", async () => {
    const settings = "severity: [CRITICAL]\nignore-unfixed: true\nvulnerability: { ignore-unfixed: true }\n";
    const line = await over("scan", { ...vulnerable, "trivy.yaml": settings });
    expect(line).toMatch(
      /^failed trivy: 1 vulnerability: HIGH CVE-2018-18074 .*findings may be filtered: trivy\.yaml$/,
    );
  });

  test("that take findings away are named where a check passes", async () => {
    const ignored = await checked("scan", { ...vulnerable, ".trivyignore": "CVE-2018-18074\n" });
    expect(ignored.outcome).toBe("passed");
    expect(ignored.note).toMatch(/, findings may be filtered: \.trivyignore$/);
    const skipped = await checked("semgrep", {
      ...rules,
      ".semgrepignore": "app.py\n",
      "app.py": "eval(1)\n",
    });
    expect(skipped).toMatchObject({ outcome: "passed" });
    expect(skipped.note).toMatch(/^no finding, findings may be filtered: \.semgrepignore$/);
    const none = await checked("secrets", { ...leak, ".gitleaks.toml": 'title = "none"\n' });
    expect(none).toMatchObject({ outcome: "passed" });
    expect(none.note).toMatch(/, findings may be filtered: \.gitleaks\.toml$/);
  });
});

describe("secrets", () => {
  test("nothing found passes", async () => {
    expect(await over("secrets", {})).toBe("passed");
  });

  test("a token fails, and is not shown", async () => {
    const line = await over("secrets", leak);
    expect(line).toMatch(/^failed gitleaks: 1 secret: HIGH github-pat settings\.py:1/);
    expect(line).not.toContain("ghp_");
  });

  test("settings that cannot be read are an error", async () => {
    expect(await over("secrets", { ".gitleaks.toml": "x = [" })).toMatch(
      /^errored TOOL_FAILED gitleaks ended/,
    );
  });

  test("can be switched off", async () => {
    expect(await over("secrets", { ...leak, "slipway.yaml": "scan: { secrets: false }\n" })).toMatch(
      /^skipped switched off/,
    );
  });
});

describe("semgrep", () => {
  test("code that no rule matches passes, and without rules nothing runs", async () => {
    expect(await over("semgrep", rules)).toBe("passed");
    expect(await over("semgrep", {})).toMatch(/^skipped no Semgrep rules/);
  });

  test("code that a rule matches fails", async () => {
    expect(await over("semgrep", { ...rules, "app.py": "x = eval(input())\n" })).toMatch(
      /^failed semgrep: 1 weakness: HIGH \S*no-eval app\.py:1/,
    );
  });

  test.each([
    ["a rule without a pattern", "rules: [{id: x}]\n"],
    ["YAML that breaks off", "rules: [\n"],
    ["a file without rules", "foo: 1\n"],
    [
      "a pattern that does not parse",
      'rules: [{id: x, languages: [python], message: m, severity: ERROR, pattern: "f(("}]\n',
    ],
    [
      "an unknown language",
      "rules: [{id: x, languages: [nope], message: m, severity: ERROR, pattern: f()}]\n",
    ],
  ])("%s is an error that names it", async (_, text) => {
    expect(await over("semgrep", { ".semgrep.yml": text })).toMatch(
      /^errored REPORT_MALFORMED .*could not apply every rule: ./,
    );
  });

  test("rules that slipway.yaml names and that are not there are an error", async () => {
    const files = { ...rules, "slipway.yaml": "scan: { rules: [rules, .semgrep] }\n" };
    expect(await over("semgrep", files)).toMatch(
      /^errored PATH_NOT_FOUND `scan\.rules`: no such file or folder in the source: rules/,
    );
  });
});
