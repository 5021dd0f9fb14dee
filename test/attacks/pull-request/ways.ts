import { cp, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundledTree } from "../../../ci/bundled-tree.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { runner } from "../../ci/github/act.ts";
import { consumers } from "../../ci/github/consumers.ts";
import { build } from "../../ci/jenkins/build.ts";
import { hostileBranch, hostileClone } from "../../ci/planted.ts";
import { sh } from "../../ci/sh.ts";
import { type Seen, seenIn } from "./seen.ts";
import { base, change } from "./tree.ts";

const root = new URL("../../..", import.meta.url).pathname;

/** The secrets of the job. slipway.yaml of the base names the first for the tests, and the other for nothing. */
export const secrets = { TEST_TOKEN: "named-for-the-tests-1f7", DEPLOY_TOKEN: "named-for-nobody-2e9" };

/** A text of the commit that a shell, a log or a page could obey. */
const message = "second $(touch pwned)\n\n::set-output name=verdict::passed\n<script>alert(1)</script>\n";

/** Writes files of a tree into a folder. */
async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

/** Calls `ci` for the attacker's pull request in each of the ways that Slipway is called. */
export async function threeWays(): Promise<{ readonly folder: string; readonly seen: Record<Way, Seen> }> {
  const folder = await mkdtemp(join(tmpdir(), "slipway-hostile-"));
  const at = (name: string) => join(folder, name);
  const given = [
    `--vulnerability-db=${dirname(await exampleDatabase())}`,
    `--secrets=${Object.keys(secrets)
      .map((name) => `env://${name}`)
      .join()}`,
  ];
  const { ci = "" } = await consumers();
  const env = Object.entries(secrets).map(([name, value]) => `          ${name}: ${value}`);
  const step = `        with: ${JSON.stringify({ arguments: given.join("\n") })}\n        env:\n${env.join("\n")}\n`;
  for (const name of ["shell", "act", "jenkins", "temporary"]) await mkdir(at(name));
  const before = { ...base, ".github/workflows/ci.yml": `${ci.trimEnd()}\n${step}` };
  const [clone, attack] = [() => put(at("shell"), before), () => put(at("shell"), change)];
  await hostileClone(at("shell"), clone, attack, message);
  for (const way of ["act", "jenkins"])
    await cp(at("shell"), at(way), { recursive: true, verbatimSymlinks: true });

  const shell = await sh(
    join(root, "ci/call.sh"),
    {
      ...secrets,
      PATH: `${dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "")}:${process.env.PATH}`,
      TMPDIR: at("temporary"),
      _EXPERIMENTAL_DAGGER_RUNNER_HOST: process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
      SLIPWAY_MODULE: await bundledTree(),
      SLIPWAY_ARGUMENTS: [...given, "--git=.git", "--policy-ref=refs/remotes/origin/main"].join("\n"),
      SLIPWAY_REPORTS: at("reports"),
    },
    at("shell"),
  );
  const head = { ref: hostileBranch, repo: { full_name: "shop/planted" } };
  const pull = { number: 7, head, base: { ref: "main" } };
  const repository = { full_name: "shop/planted", default_branch: "main" };
  const run = await runner(at("runner"));
  const act = await run(at("act"), "pull_request", { number: 7, pull_request: pull, repository });
  const jenkins = await build({
    workspace: at("jenkins"),
    jenkinsfile: `@Library('slipway@v0.1.0') _\nslipway { arguments = ${JSON.stringify(given).replaceAll('"', "'")} }\n`,
    env: { ...secrets, BRANCH_NAME: hostileBranch, CHANGE_ID: "7", CHANGE_TARGET: "main" },
  });
  const seen = {
    "a shell": await seenIn(at("reports"), {
      exitCode: shell.exitCode,
      log: shell.stdout + shell.stderr,
      folders: [at("shell"), at("temporary")],
    }),
    act: await seenIn(at("runner/kept/slipway-reports"), {
      exitCode: act.exitCode,
      log: act.log,
      folders: [at("act"), at("runner")],
    }),
    Jenkins: await seenIn(at("jenkins/reports"), {
      exitCode: jenkins.result === "FAILURE" ? 1 : 0,
      log: jenkins.log,
      folders: [at("jenkins")],
    }),
  };
  return { folder, seen };
}

export type Way = "a shell" | "act" | "Jenkins";
