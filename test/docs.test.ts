import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { readConfig } from "#pipelines/config/read.ts";
import { repositoryKinds } from "#pipelines/findings/check-id.ts";
import { fileLinterNames, linterNames, typeCheckerNames } from "#pipelines/tools/registry.ts";
import { blocksIn, blocksOf, callsIn, prose } from "./markdown.ts";

/** Written by others, or made by tools. */
const foreign = /(^|\/)(node_modules|sdk|reports|\.git|\.venv)\//;
const pages = (await readdir(".", { recursive: true }))
  .filter((file) => file.endsWith(".md") && !foreign.test(`${file}/`))
  .sort();
const tasks = pages.filter((page) => /^docs\/[^/]+$/.test(page));

/** A heading's anchor, as GitHub makes it. */
function anchor(heading: string): string {
  const text = heading.replaceAll(/`|\*|\[|\]\([^)]*\)/g, "").toLowerCase();
  return text.replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
}

test("no page has a merge's marks in it", async () => {
  const marked = await Promise.all(
    pages.map(async (page) => /^(?:<{7}|={7}|>{7})(?: |$)/m.test(await readFile(page, "utf8"))),
  );
  expect(pages.filter((_, at) => marked[at])).toEqual([]);
});

async function anchorsOf(page: string): Promise<readonly string[]> {
  const headings = prose(await readFile(page, "utf8")).matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = ""]) => anchor(heading));
}

test("every relative link of every page leads to a file, and to a heading that is there", async () => {
  const wrong: string[] = [];
  let seen = 0;
  for (const page of pages) {
    const text = prose(await readFile(page, "utf8")).replaceAll(/`[^`\n]*`/g, "");
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      seen += 1;
      const [path = "", heading] = target.split("#");
      const file = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(file)) wrong.push(`${page}: ${target}`);
      else if (heading !== undefined && !(await anchorsOf(file)).includes(heading))
        wrong.push(`${page}: ${target}`);
    }
  }
  expect(seen).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test("the index names every page of docs", async () => {
  const index = await readFile("docs/README.md", "utf8");
  const named = [...tasks, ...pages.filter((page) => page.startsWith("docs/reference/"))];
  expect(named.length).toBeGreaterThan(20);
  const missing = named.filter(
    (page) => page !== "docs/README.md" && !index.includes(`](${page.slice("docs/".length)})`),
  );
  expect(missing).toEqual([]);
});

/** What can be called, and by which options, from the reference that is made from the code. */
async function surface(name: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await readFile(`docs/reference/${name}.md`, "utf8");
  const [, ...sections] = text.split(/^## dagger call (?:-m \S+ )?/m);
  return new Map(
    sections.map((section) => [
      section.slice(0, section.indexOf("\n")).trim(),
      [...section.matchAll(/^\| `(--[\w-]+)` \|/gm)].map(([, option = ""]) => option),
    ]),
  );
}

/** What is wrong with a call: a function that is not there, or an option that it does not take. */
async function faultOf(call: string): Promise<string | undefined> {
  const [, module = ""] = /(?:-m|--mod) (\S+)/.exec(call) ?? [];
  const [, name = "slipway"] = /modules\/(\w+)/.exec(module) ?? [];
  const words = call
    .replace(/^dagger call /, "")
    .replaceAll(/(?:-m|--mod) \S+ /g, "")
    .replaceAll(/\$\([^)]*\)|'[^']*'|"[^"]*"/g, "TEXT")
    .split(" ");
  const [called = "", ...rest] = words.filter((word) => !/^-(?!-)/.test(word));
  const options = (await surface(name)).get(called);
  if (options === undefined) return `there is no ${called} in ${name}`;
  // What follows the next function is of what this one gives.
  const next = rest.findIndex((word, index) => /^[a-z][a-z-]+$/.test(word) && !isValue(rest[index - 1]));
  const own = (next < 0 ? rest : rest.slice(0, next)).filter((word) => word.startsWith("--"));
  const unknown = own.map((word) => word.split("=")[0] ?? "").find((option) => !options.includes(option));
  return unknown === undefined ? undefined : `${called} has no ${unknown}`;
}

/** Whether a word takes the next one as its value. */
function isValue(before: string | undefined): boolean {
  return before?.startsWith("--") === true && !before.includes("=");
}

test.each([
  ["ci --source=. --base=main --git=.git", undefined],
  ["ci --sauce=.", "ci has no --sauce"],
  ["-m github.com/OWNER/slipway reports --source=. export --path=reports", undefined],
  ["-m modules/trivy nothing", "there is no nothing in trivy"],
])("a call is held against the reference: %s", async (call, fault) => {
  expect(await faultOf(`dagger call ${call}`)).toBe(fault);
});

/** Those of the company's own module, and the ones that show a form alone. */
const others = /^dagger call (?:-m \.\/company |ARGS|…|[^a-z-])/;
const shown = pages.filter((page) => !/^(CHANGELOG|docs\/reference\/|notes\/|test\/|modules\/)/.test(page));

describe.each(shown)("%s", (page) => {
  test("calls what is there, by options that it takes", async () => {
    const calls = (await blocksOf(page))
      .flatMap(({ text }) => callsIn(text))
      .filter((call) => !others.test(call));
    for (const call of calls) expect(`${call}: ${await faultOf(call)}`).toBe(`${call}: undefined`);
  });

  test("has no YAML that cannot be read", async () => {
    for (const { language, text } of await blocksOf(page)) {
      if (language !== "yaml") continue;
      expect(parseAllDocuments(text).flatMap(({ errors }) => errors)).toEqual([]);
    }
  });
});

/** Their workflows have several jobs: a matrix that a plan fills, and shards that are merged. One call needs 15 lines at most. */
const longer = new Set(["docs/monorepo.md", "docs/machines.md"]);

describe.each(tasks)("%s", (page) => {
  test("heads its YAML by a file: slipway.yaml holds to the schema, a workflow of one job has 15 lines at most", async () => {
    for (const { language, text } of await blocksOf(page)) {
      if (language !== "yaml") continue;
      const [, file = "none"] = /^# (\S+)\n/.exec(text) ?? [];
      expect(file).toMatch(/^(slipway\.yaml|\.github\/workflows\/[\w-]+\.yml)$/);
      const lines = text.trimEnd().split("\n").length - 1;
      if (file === "slipway.yaml") expect(() => readConfig(text, page)).not.toThrow();
      else if (file.endsWith("/before.yml")) expect(lines).toBeGreaterThan(90);
      else if (longer.has(page)) expect(Object.keys(parse(text).jobs).length).toBeGreaterThan(1);
      else expect(lines).toBeLessThanOrEqual(15);
    }
  });
});

test("what is moved from is longer than all that takes its place", async () => {
  const [before = 0, ...after] = (await blocksOf("docs/migrate.md")).map(
    ({ text }) => text.split("\n").length,
  );
  expect(after).toHaveLength(3);
  expect(after.reduce((sum, lines) => sum + lines)).toBeLessThan(before / 2);
});

test.each([
  ["docs/checks.md", repositoryKinds],
  ["docs/reference/checks.md", [...linterNames, ...typeCheckerNames, ...fileLinterNames]],
])("%s names each check or tool of its kind", async (path, names) => {
  const page = await readFile(path, "utf8");
  const missing = names.filter((name) => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(page));
  expect(missing).toEqual([]);
});

test("the library's example is the one that is run", async () => {
  const [example] = await blocksIn("docs/add-a-tool.md", "ts");
  expect(example).toBe(await readFile("test/fixtures/library/src/index.ts", "utf8"));
});
