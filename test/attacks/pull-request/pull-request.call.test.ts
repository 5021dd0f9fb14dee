import { rm } from "node:fs/promises";
import { basename } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { guises } from "../../guises.ts";
import { everything, type Seen } from "./seen.ts";
import { commands, mark, markup } from "./tree.ts";
import { secrets, threeWays, type Way } from "./ways.ts";

/*
 * The attacker writes the files, the branch's name and the commit's text of one pull request, which has everything at once. Each
 * way of calling Slipway judges it by the policy of its base.
 */

let folder: string;
let all: Readonly<Record<Way, Seen>>;
beforeAll(async () => {
  ({ folder, seen: all } = await threeWays());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const backwards = (text: string) => [...text].reverse().join("");

/** Where code of the change runs, as docs/trust.md says: in the tests, while it is installed, and as a plugin of mypy. */
const runs = ["build", "setup", "pytest-plugin", "conftest", "test", "mypy-plugin"];

/** Where it never runs: it bears the name of a tool, or is a plugin that the base has not. */
const idle = ["sitecustomize", "usercustomize", "black", "mypy", "ruff", "checkov"];

/** What the change would lower, in the words of the check `policy`. */
const lowered = [
  "services.api.lint",
  "services.api.types",
  "services.api.test.secrets",
  "services.api.image.secrets",
  "scan.rules",
  "scan.secrets",
  "scan.skip",
  "gates.coverage",
  "gates.severity",
  "waivers",
  "tools.trivy",
  ".trivyignore",
  "trivy.yaml",
  ".gitleaks.toml",
  ".gitleaksignore",
  ".semgrepignore",
  ".checkov.yaml",
  "nosemgrep",
];

const checkOf = ({ summary }: Seen, wanted: string) => summary.checks.find(({ name }) => name === wanted);

describe.each<Way>(["a shell", "act", "Jenkins"])("a pull request, by %s", (way) => {
  let seen: Seen;
  beforeAll(() => {
    seen = all[way];
  });

  test("does not pass", () => {
    expect(seen.exitCode).toBe(1);
    expect(seen.summary.outcome).toBe("failed");
  });

  describe.each(runs)("by code that runs in the place %s", (where) => {
    test("gets no secret but the one that its base names for the tests", () => {
      const found = seen.probes.get(where);
      expect(found, [...seen.probes.keys()].join()).toBeDefined();
      const values = JSON.stringify(found);
      expect(values).not.toContain(backwards(secrets.DEPLOY_TOKEN));
      const logins = /netrc|\.ssh|\.docker|credential|\/secrets?\//;
      expect(Object.keys(found?.files ?? {}).filter((path) => logins.test(path))).toEqual([]);
    });

    test("finds nothing by which it could call the engine", () => {
      const { sockets = [], variables = {} } = seen.probes.get(where) ?? {};
      expect(sockets).toEqual([]);
      expect(Object.keys(variables).filter((name) => /DAGGER|BUILDKIT|DOCKER/.test(name))).toEqual([]);
    });
  });

  test.each(idle)("does not get the code in the place %s to run", (where) => {
    expect([...seen.probes.keys()]).not.toContain(where);
  });

  test("leaves no secret in what is printed or reported, however it is written", () => {
    const text = everything(seen);
    for (const secret of Object.values(secrets)) {
      expect(guises(secret).filter((guise) => text.includes(guise))).toEqual([]);
    }
    expect(text).not.toContain(backwards(secrets.DEPLOY_TOKEN));
  });

  test("runs no command on the machine", () => {
    expect(seen.left.filter((path) => basename(path) === mark)).toEqual([]);
  });

  test("reads no file of the machine by a link, a path or a template", () => {
    const text = everything(seen);
    // The rule itself, with its %s, may be in the engine's log.
    expect(text).not.toMatch(/STOLEN [^%]|ANSWER [^%]/);
    expect([...seen.reports.keys()].filter((path) => /leak\.txt|folder$/.test(path))).toEqual([]);
  });

  test("gives its image no secret, and finds no cache of other builds", () => {
    expect(checkOf(seen, "api/image")).toMatchObject({ outcome: "passed" });
  });

  test.each(lowered)("does not lower %s without a finding of the check policy", (subject) => {
    const policy = checkOf(seen, "policy");
    expect(policy?.outcome).toBe("failed");
    expect(policy?.findings.map(({ message }) => message).join("\n")).toContain(subject);
  });

  test.each([".venv", "reports"])("hides no file in %s: it is checked, or found unchecked", (folder) => {
    const found = seen.summary.checks.flatMap(({ findings }) => findings);
    const told = found.map(({ rule, path }) =>
      path === `${folder}/evil.sh` ? "checked" : `${rule} ${path}`,
    );
    expect(told.includes("checked") || told.includes(`unchecked-files ${folder}`)).toBe(true);
  });

  test("has no script or markup run where the page is read", () => {
    expect(seen.reports.get("index.html")).not.toContain(markup);
    expect(seen.reports.get("index.html")).not.toContain("<script>alert");
    expect(seen.reports.get("summary.md")).not.toContain(markup);
  });

  test("writes no sequence of a terminal into what people read", () => {
    for (const name of ["verdict.txt", "summary.md", "index.html"]) {
      expect(seen.reports.get(name)).toBeDefined();
      expect(seen.reports.get(name)).not.toContain("\u001b");
    }
  });

  test("is found in each of its files, whatever their names", () => {
    const found = seen.summary.checks.flatMap(({ name, findings }) => (name === "api/ruff" ? findings : []));
    const messages = found.map(({ message }) => message).join("\n");
    for (let at = 1; at <= 8; at++) expect(messages).toContain(`undefined_${at}`);
  });
});

test("a pull request, by act, writes no command that the runner obeys", () => {
  // Between two lines with a random word, a runner obeys no other command.
  const obeyed = all.act.log.replace(/::stop-commands::(\w+)[\s\S]*?::\1::/g, "");
  expect(obeyed.length).toBeLessThan(all.act.log.length);
  for (const command of Object.values(commands)) expect(obeyed).not.toContain(`| ${command}`);
});
