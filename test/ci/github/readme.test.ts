import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { slipwayVersion } from "#pipelines/init/slipway-version.ts";
import { version as slipway } from "#pipelines/version.ts";
import { consumers, shownWorkflows } from "./consumers.ts";

const read = (path: string) => readFile(new URL(`../../../${path}`, import.meta.url), "utf8");

test("a consumer's workflow takes at most 15 lines", async () => {
  const workflows = await consumers();
  expect(Object.keys(workflows)).toEqual(["ci", "release"]);
  for (const text of Object.values(workflows)) {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(15);
    expect(Object.keys(parse(text).jobs)).toHaveLength(1);
  }
});

test("the workflows that our pages show give no right to all jobs, and take nothing by a tag", async () => {
  const shown = await shownWorkflows();
  expect(Object.keys(shown)).toEqual([
    "docs-machines-md-0",
    "docs-migrate-md-0",
    "docs-migrate-md-1",
    "docs-monorepo-md-0",
    "docs-pull-request-md-0",
    "docs-release-md-0",
  ]);
  for (const [name, text] of Object.entries(shown)) {
    expect([name, parse(text).permissions]).toEqual([name, {}]);
    for (const [, what = ""] of text.matchAll(/\buses: (.*)/g)) {
      expect(what).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    for (const [, module = ""] of text.matchAll(/dagger call -m (\S+)/g)) {
      expect(module).toMatch(/@[0-9a-f]{40}$/);
    }
  }
});

test("the README names every input and output of the action, with its default", async () => {
  const action = parse(await read("ci/github/action.yml"));
  const readme = await read("ci/github/README.md");
  for (const [name, { default: value }] of Object.entries<{ default: string }>(action.inputs)) {
    const [, shown] = new RegExp(`^\\| \`${name}\` \\| (.*?) ?\\| `, "m").exec(readme) ?? [];
    expect([name, shown]).toEqual([
      name,
      name === "module" ? "the action's own commit" : value && `\`${value}\``,
    ]);
  }
  for (const name of Object.keys(action.outputs))
    expect(readme).toMatch(new RegExp(`^\\| \`${name}\` \\| `, "m"));
});

test("the wrapper is of the version that is released, and every action is pinned by a commit", async () => {
  const { version } = JSON.parse(await read("package.json"));
  expect(slipwayVersion.version).toBe(`v${version}`);
  expect(slipway).toBe(version);
  expect(await read("ci/call.sh")).toContain(
    `:=github.com/${slipwayVersion.repository}@${slipwayVersion.version}}`,
  );
  const texts = ["ci/github/action.yml", "ci/github/README.md", ".github/workflows/ci.yml"];
  const workflows = [".github/workflows/slipway-ci.yml", ".github/workflows/slipway-release.yml"];
  const uses = (await Promise.all([...texts, ...workflows].map(read))).flatMap((text) =>
    [...text.matchAll(/\buses: (.*)/g)].map(([, what = ""]) => what),
  );
  expect(uses.length).toBeGreaterThan(8);
  const pinned = /^(?:\$\/|[\w.-]+\/[\w./-]+@(?:[0-9a-f]{40}|COMMIT) # v\d+\.\d+\.\d+$)/;
  expect(uses.filter((what) => !pinned.test(what))).toEqual([]);
});

test("no step of the action puts an expression into a script", async () => {
  const { runs } = parse(await read("ci/github/action.yml"));
  const scripts = runs.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(3);
  for (const script of scripts) expect(script).toMatch(/^exec sh "\$GITHUB_ACTION_PATH\/[a-z]+\.sh"$/);
});
