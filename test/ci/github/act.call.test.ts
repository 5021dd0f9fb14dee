import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import type { Ended } from "../../../ci/program.ts";
import { comparable, hostileBranch, plantedClone } from "../planted.ts";
import { timedDagger } from "../timed-dagger.ts";
import { runner } from "./act.ts";
import { commit, consumers } from "./consumers.ts";

let folder: string;
let repository: string;
let database: string;
let pushed: Ended;
/** How long the push's job took besides its call, in seconds. */
let besides: number;
let requested: Ended;

/**
 * The README's workflow as it stands, but for the vulnerability database, which is a download elsewhere: the event is a
 * push first, then a pull request from a fork, of a branch with a hostile name. GitHub's own upload of artifacts and SARIF
 * is the one thing that is stood in for; act itself leaves the checkout out, since the files are there.
 */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-act-"));
  database = dirname(await exampleDatabase());
  const { ci = "" } = await consumers();
  const inputs = { arguments: `--vulnerability-db=${database}`, "upload-sarif": "true" };
  const workflow = `${ci.trimEnd()}\n        with: ${JSON.stringify(inputs)}\n`;
  repository = await plantedClone(async (clone) => {
    await mkdir(join(clone, ".github/workflows"), { recursive: true });
    await writeFile(join(clone, ".github/workflows/ci.yml"), workflow);
  });
  const timed = await timedDagger(join(folder, "timed"));
  const run = await runner(folder, timed.folder);
  const begun = performance.now();
  pushed = await run(repository, "push", { ref: `refs/heads/${hostileBranch}` });
  besides = (performance.now() - begun) / 1000 - (await timed.called());
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await rm(repository, { recursive: true, force: true });
});

/** The annotations of a job, as act prints those that it takes for commands. */
const annotations = ({ log }: Ended) => [...log.matchAll(/❗ +(::.*)/g)].map(([, line = ""]) => line);

describe("a push with a planted failure", () => {
  test("fails, with the verdict in the log, as an output and in the job's summary", () => {
    expect(pushed.log).toMatch(/✘ app\/ruff +failed/);
    expect(pushed.exitCode).toBe(1);
    expect(pushed.log).toContain("::set-output:: verdict=failed");
    expect(pushed.log).toMatch(/Summary - ## ✘ Slipway: failed/);
    expect(pushed.log).toMatch(/VERDICT_FAILED: /);
  });

  test("takes little besides the call that it makes", () => {
    expect(besides).toBeLessThan(60);
  });

  test("annotates what stopped it, and what the tools print is no command", () => {
    expect(annotations(pushed)).toEqual([
      expect.stringMatching(/^::error title=app\/test%3A test failed::.*%0A::error::said by a test/),
      expect.stringMatching(/^::error file=app\.py,line=1,title=F401 \(ruff\)::/),
    ]);
  });

  test("leaves the reports as an artifact and the findings for code scanning", async () => {
    const reports = join(folder, "kept/slipway-reports");
    expect(await readdir(reports)).toEqual(expect.arrayContaining(["app", "index.html", "verdict.txt"]));
    expect(await readFile(join(folder, "kept/uploaded.sarif"), "utf8")).toContain('"F401"');
  });
});

test("the reusable workflow, called by another repository's, comes to the same", async () => {
  const jobs = {
    slipway: {
      permissions: { contents: "read" },
      uses: `OWNER/slipway/.github/workflows/slipway-ci.yml@${commit}`,
      with: { arguments: `--vulnerability-db=${database}`, artifact: "called" },
    },
  };
  const caller = await plantedClone(async (clone) => {
    await mkdir(join(clone, ".github/workflows"), { recursive: true });
    const workflow = { name: "ci", on: "push", permissions: {}, jobs };
    await writeFile(join(clone, ".github/workflows/ci.yml"), JSON.stringify(workflow));
  });
  try {
    const run = await runner(join(folder, "called"));
    const { exitCode, log } = await run(caller, "push", { ref: `refs/heads/${hostileBranch}` });
    expect(exitCode, log.slice(-3000)).toBe(1);
    expect(log).toContain("::set-output:: verdict=failed");
    const ofService = async (reports: string) =>
      (await comparable(join(folder, reports))).checks.filter(({ name }) => name.startsWith("app/"));
    expect(await ofService("called/kept/called")).toEqual(await ofService("kept/slipway-reports"));
  } finally {
    await rm(caller, { recursive: true, force: true });
  }
});

describe("a fork's pull request from a branch with a hostile name", () => {
  beforeAll(async () => {
    await rm(join(folder, "kept"), { recursive: true });
    const run = await runner(folder);
    const head = { ref: hostileBranch, repo: { full_name: "mallory/planted", fork: true } };
    const pull = { number: 7, head, base: { ref: "main" } };
    const repo = { full_name: "shop/planted", default_branch: "main" };
    requested = await run(repository, "pull_request", { number: 7, pull_request: pull, repository: repo });
  });

  test("is checked against its base, and hands nothing to code scanning", async () => {
    expect(requested.log).toMatch(/✘ app\/ruff +failed/);
    expect(requested.log).toMatch(/✔ history-secrets +passed/);
    expect(annotations(requested)).toHaveLength(4);
    expect(await readdir(join(folder, "kept"))).toEqual(["slipway-reports"]);
  });

  test("is judged by the policy of its base, which has no such settings", () => {
    expect(requested.log).toMatch(/✘ policy +failed[\s\S]*gates\.coverage: 80 on the base/);
    expect(annotations(requested).filter((line) => line.includes("file=slipway.yaml"))).toHaveLength(2);
  });

  test("leaves no trace of the commands in the branch's name", async () => {
    await expect(access(join(repository, "pwned"))).rejects.toThrow("ENOENT");
    const everything = await readdir(folder, { recursive: true });
    expect(everything.filter((path) => basename(path) === "pwned")).toEqual([]);
  });
});
