import { describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import type { Request } from "#pipelines/request.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { repository } from "../../fixtures/repository.ts";
import { session } from "../../session.ts";

const files = {
  "slipway.yaml":
    "services: {app: {path: app, lint: [ruff, bandit], types: false}}\nscan: {rules: [rules]}\n",
  "app/pyproject.toml":
    '[project]\nname = "app"\nversion = "1"\n[tool.ruff.lint]\nselect = ["F"]\n[tool.bandit]\n',
  "app/app.py": "x = 1\n",
  "app/tests/test_app.py": "import app\n\n\ndef test_app():\n    assert app.x\n",
  "old/pyproject.toml": '[project]\nname = "old"\nversion = "1"\n',
  ".trivyignore": "CVE-2020-0001\nCVE-2020-0002\n",
  ".gitleaks.toml": "[extend]\nuseDefault = true\n",
  "rules/os.yaml": "rules: []\n",
  "policy/names.rego": "package main\n",
  "conftest.toml": 'policy = ["policy"]\ndata = ["limits"]\n',
  "limits/least.yaml": "least: 2\n",
  "trivy.yaml": "ignorefile: security/known.yaml\n",
  "security/known.yaml": "vulnerabilities: []\n",
  "run.sh": "#!/bin/sh\necho\n",
};

interface Change {
  /** Lines for a shell, after the commit of the base. */
  readonly commands?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly more?: Partial<Request>;
}

const requestOf = ({ commands = "", files: own = {}, more = {} }: Change): Request => {
  const { source, history } = repository(
    { ...files, ...own },
    `git branch base\n${commands}\ngit add --all; git commit --quiet --allow-empty --message=change`,
  );
  return { source, git: history, policyRef: "base", ...more };
};

const checkOf = ({ checks }: Verdict, wanted: string) => checks.find(({ name }) => name === wanted);

async function judged(change: Change) {
  const verdict = await session(() => checkKind("lint", requestOf(change)));
  const policy = checkOf(verdict, "policy");
  return {
    verdict,
    outcome: policy?.outcome,
    weaker: policy?.evidence.findings.map(({ message }) => message) ?? [],
    reasons: policy?.reasons.map(({ text }) => text) ?? [],
    note: policy?.note,
  };
}

const set = (path: string, text: string) => `printf '%s' '${text}' >'${path}'`;

describe("the check policy", () => {
  test("passes a change of code, and settings that are stricter", async () => {
    const commands = [
      set("app/app.py", "x = 2\\n"),
      set(".trivyignore", "CVE-2020-0002\n# why\n"),
      set("rules/more.yaml", "rules: []\n"),
      set(
        "slipway.yaml",
        "services: {app: {path: app, lint: [ruff, bandit, isort], types: false}}\nscan: {rules: [rules]}\ngates: {coverage: 95}\n",
      ),
      "git rm -r --quiet old",
    ].join("\n");
    const { outcome, weaker, note } = await judged({ commands });
    expect({ outcome, weaker }).toEqual({ outcome: "passed", weaker: [] });
    expect(note).toMatch(
      /^nothing is judged less strictly than on [0-9a-f]{12}, the merge base of HEAD and base$/,
    );
  });

  test("names each weakening of settings, files, checks and comments, and no more", async () => {
    const commands = [
      set(
        "slipway.yaml",
        "services: {app: {path: app, lint: [ruff], types: false, test: {secrets: [TOKEN]}}}\ngates: {coverage: 0}\n",
      ),
      set("slipway.lock", `version: 1\nimages: [evil/uv:1@sha256:${"0".repeat(64)}]\n`),
      set(".trivyignore", "CVE-2020-0001\nCVE-2020-0002\nCVE-2020-0003\n"),
      set(".gitleaks.toml", "[extend]\nuseDefault = false\n"),
      set("app/.coveragerc", "[run]\nomit = *\n"),
      set("app/pyproject.toml", `${files["app/pyproject.toml"]}skips = ["B101"]\n`),
      set("app/app.py", "x = 1  # nosec\ny = 2  # slipway: ignore F401 until 2027-01-31: x\n"),
      "git rm --quiet rules/os.yaml",
      set("policy/names.rego", "package main\n# lax\n"),
      set("limits/least.yaml", "least: 0\n"),
      set("security/known.yaml", "vulnerabilities: [{id: CVE-2020-0009}]\n"),
    ].join("\n");
    const { outcome, weaker, reasons } = await judged({ commands });
    expect(outcome).toBe("failed");
    expect(weaker).toEqual([
      "gates.coverage: 80 on the base, 0 in the change",
      'services.app.lint: ["ruff","bandit"] on the base, ["ruff"] in the change',
      'services.app.test.secrets: [] on the base, ["TOKEN"] in the change',
      'scan.rules: ["rules"] on the base, not set in the change',
      "slipway.lock: other digests than on the base: evil/uv:1",
      ".gitleaks.toml: another text than on the base",
      ".trivyignore: another text than on the base",
      "app/.coveragerc: added in the change",
      "limits/least.yaml: another text than on the base",
      "policy/names.rego: another text than on the base",
      "rules/os.yaml: removed in the change",
      "security/known.yaml: another text than on the base",
      "app/pyproject.toml [tool.bandit]: other settings than on the base",
      "comment: new in the change: x = 1  # nosec",
      "comment: new in the change: y = 2  # slipway: ignore F401 until 2027-01-31: x",
    ]);
    expect(reasons.at(-1)).toMatch(/--policy-approved=[0-9a-f]{16}; until then/);
  });

  test.each([
    [
      "a service that is found no more",
      "",
      "git mv old/pyproject.toml old/project.toml; git rm --quiet old/setup.cfg",
      ["old"],
    ],
    ["a service that is left out", "", set("slipway.yaml", "services: {app: {path: app}}\n"), ["old"]],
    ["a linter whose settings are gone", "", set("old/setup.cfg", ""), ["old/flake8"]],
    ["an image without its Dockerfile", "", "git rm --quiet old/Dockerfile", ["old/image"]],
  ])("names a check that is lost: %s", async (_, config, commands, lost) => {
    const own = {
      "slipway.yaml": config,
      "old/setup.cfg": "[flake8]\nmax-line-length = 100\n",
      "old/Dockerfile": "FROM scratch\n",
      "old/old.py": "",
    };
    const { outcome, weaker } = await judged({ files: own, commands });
    expect(outcome).toBe("failed");
    expect(
      weaker.filter((each) => each.includes("checked on the base")).map((each) => each.split(":")[0]),
    ).toEqual(lost);
  });

  test("passes exactly what an owner approved, and then the change's own settings apply", async () => {
    const commands = set(
      "slipway.yaml",
      "services: {app: {path: app, lint: [ruff], types: false}}\nscan: {rules: [rules]}\n",
    );
    const found = await judged({ commands });
    const name = /--policy-approved=([0-9a-f]{16})/.exec(found.reasons.join("\n"))?.[1] ?? "";
    expect(checkOf(found.verdict, "app/bandit")?.outcome).toBe("passed");
    const approved = await judged({ commands, more: { policyApproved: ["0123456789abcdef", name] } });
    expect(approved).toMatchObject({ outcome: "passed", weaker: [] });
    expect(approved.note).toMatch(new RegExp(`^1 weaker setting compared with .*, approved as ${name}$`));
    expect(checkOf(approved.verdict, "app/bandit")).toBeUndefined();
    const further = `${commands}\n${set(".trivyignore", "CVE-2020-0003\n")}`;
    expect((await judged({ commands: further, more: { policyApproved: [name] } })).outcome).toBe("failed");
  });

  test("holds a change to the defaults where the base has no settings, or none that can be read", async () => {
    const commands = set("slipway.yaml", "gates: {coverage: 10}\n");
    const without = await judged({
      commands: `git checkout --quiet base; git rm --quiet slipway.yaml; git commit --quiet --amend --message=x; git checkout --quiet -B main\n${commands}`,
    });
    expect(without.weaker).toEqual(["gates.coverage: 80 on the base, 10 in the change"]);
    const broken = await judged({ files: { "slipway.yaml": "gates: [" }, commands });
    expect(broken.weaker[0]).toMatch(
      /^slipway\.yaml: the base's cannot be read, so the defaults are its policy: /,
    );
    expect(broken.weaker[1]).toBe("gates.coverage: 80 on the base, 10 in the change");
  });
});

describe("a call is refused at its start", () => {
  test.each<[why: string, change: Change, code: string]>([
    ["no such base", { more: { policyRef: "nowhere" } }, "BASE_NOT_FOUND"],
    ["HEAD itself", { more: { policyRef: "HEAD" } }, "BASE_IS_HEAD"],
    ["no name of a commit", { more: { policyRef: "--output=x" } }, "ARGUMENT_INVALID"],
    ["no history", { more: { git: undefined } }, "HISTORY_MISSING"],
    ["an approval that is none", { more: { policyApproved: ["yes"] } }, "ARGUMENT_INVALID"],
    [
      "an approval without a base",
      { more: { policyRef: undefined, policyApproved: ["0123456789abcdef"] } },
      "ARGUMENT_INVALID",
    ],
  ])("for %s", async (_, change, code) => {
    await expect(judged(change)).rejects.toThrow(code);
  });
});

describe("the policy of the base", () => {
  test("chooses the tools: neither the change's git, nor its other images are pulled", async () => {
    const evil = "evil.example/tool:1";
    const commands = set(
      "slipway.yaml",
      `services: {app: {path: app, lint: [ruff, bandit], types: false}}\nscan: {rules: [rules]}\ntools: {git: ${evil}, uv: ${evil}, ruff: ${evil}, base: ${evil}}\n`,
    );
    const { verdict, weaker } = await judged({ commands });
    expect(weaker.map((each) => each.split(":")[0])).toEqual([
      "tools.uv",
      "tools.ruff",
      "tools.git",
      "tools.base",
    ]);
    expect(checkOf(verdict, "app/ruff")?.outcome).toBe("passed");
  });

  test("judges by the base's settings of scanners, and hands a new secret of a test to nobody", async () => {
    const token = ["ghp", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"].join("_");
    const commands = [
      set("app/settings.py", `TOKEN = "${token}"\n`),
      set(".gitleaks.toml", 'title = "none"\n[[rules]]\nid = "none"\nregex = "never-there"\n'),
      set(
        "slipway.yaml",
        "services: {app: {path: app, lint: false, types: false, test: {secrets: [TOKEN]}}}\nscan: {rules: [rules], secrets: false}\nmanifests: false\n",
      ),
      set("app/tests/test_app.py", 'import os\n\n\ndef test_app():\n    assert "TOKEN" not in os.environ\n'),
    ].join("\n");
    const verdict = await session(async () => (await ci(requestOf({ commands }))).verdict);
    expect(checkOf(verdict, "secrets")).toMatchObject({ outcome: "failed" });
    expect(checkOf(verdict, "app/test")?.evidence.tests).toMatchObject({ passed: 1, failed: 0 });
    expect(verdict.outcome).toBe("failed");
  });
});
