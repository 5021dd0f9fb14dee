import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { bundledTree } from "../../../ci/bundled-tree.ts";
import { goTool } from "../../../ci/engine/go-tool.ts";
import { type Ended, ended } from "../../../ci/program.ts";
import { commit } from "./consumers.ts";

const execute = promisify(execFile);
const root = new URL("../../..", import.meta.url).pathname;

/** GitHub's own actions that need GitHub itself: these stand-ins keep what they are handed, and hand it out. */
const standIns = {
  "actions/upload-artifact": {
    path: "action.yml",
    inputs: ["name", "path", "include-hidden-files", "if-no-files-found"],
    run: 'mkdir -p "$KEPT/$NAME" && cp -R "$FROM/." "$KEPT/$NAME"',
    env: { NAME: "name", FROM: "path" },
  },
  "actions/download-artifact": {
    path: "action.yml",
    inputs: ["name", "path"],
    run: 'mkdir -p "$TO" && cp -R "$KEPT/$NAME/." "$TO"',
    env: { NAME: "name", TO: "path" },
  },
  "github/codeql-action": {
    path: "upload-sarif/action.yml",
    inputs: ["sarif_file", "category"],
    run: 'mkdir -p "$KEPT" && cp "$FROM" "$KEPT/uploaded.sarif"',
    env: { FROM: "sarif_file" },
  },
};

/**
 * Prepares act as a runner on the machine itself, without a network: OWNER/slipway is this working tree.
 *
 * @param folder an empty one for what act keeps; what jobs upload is in `kept` there.
 * @param cli the folder with the runner's dagger.
 * @param tokens where a job with the permission id-token: write gets its token; by default there is none.
 * @returns what runs a repository's workflows for an event.
 */
export async function runner(
  folder: string,
  cli = dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? ""),
  tokens = "",
) {
  const slipway = join(folder, "slipway");
  await cp(await bundledTree(), slipway, { recursive: true });
  await known(slipway, tokens);
  const action = await execute("grep", [
    "-rhEo",
    "uses: \\S+@[0-9a-f]{40}",
    join(root, "ci/github/action.yml"),
    join(root, ".github/workflows"),
  ]);
  const used = action.stdout.trim().split("\n");
  const local = [`OWNER/slipway@${commit}=${slipway}`];
  for (const [name, standIn] of Object.entries(standIns)) {
    const at = join(folder, "stand-ins", name);
    await mkdir(dirname(join(at, standIn.path)), { recursive: true });
    await writeFile(join(at, standIn.path), JSON.stringify(actionOf(standIn)));
    const sha = used.find((line) => line.includes(` ${name}`))?.slice(-40);
    local.push(`${name}@${sha}=${at}`);
  }
  const program = await goTool("act");

  /**
   * @param event the event's name and payload; of a push the branch is the one checked out.
   * @param secrets of the repository, by their names
   */
  return async (
    repository: string,
    event: string,
    payload: object,
    secrets: Readonly<Record<string, string>> = {},
  ): Promise<Ended> => {
    const file = join(folder, `${event}.json`);
    await writeFile(file, JSON.stringify(payload));
    const variables = {
      KEPT: join(folder, "kept"),
      _EXPERIMENTAL_DAGGER_RUNNER_HOST: process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
    };
    const args = [
      event,
      `--eventpath=${file}`,
      "--platform=ubuntu-24.04=-self-hosted",
      "--no-cache-server",
      ...local.map((each) => `--local-repository=${each}`),
      ...Object.entries(variables).map(([name, value]) => `--env=${name}=${value}`),
      ...Object.keys(secrets).map((name) => `--secret=${name}`),
    ];
    const env = {
      ...process.env,
      ...secrets,
      PATH: `${cli}:${process.env.PATH}`,
      // What act keeps between runs belongs to this test alone.
      XDG_CACHE_HOME: join(folder, "cache"),
      GITHUB_ACTIONS: "",
    };
    return ended(program, args, { cwd: repository, env });
  };
}

function actionOf({ inputs, run, env }: (typeof standIns)[keyof typeof standIns]): object {
  const values = Object.entries(env).map(([name, input]) => [name, `\${{ inputs.${input} }}`]);
  return {
    name: "stand-in",
    description: "Keeps what it is handed.",
    inputs: Object.fromEntries(inputs.map((name) => [name, { description: name }])),
    runs: { using: "composite", steps: [{ shell: "sh", run, env: Object.fromEntries(values) }] },
  };
}

/** act knows neither GitHub's name for a reusable workflow's own repository nor the permission to ask for a token. */
async function known(slipway: string, tokens: string): Promise<void> {
  const folder = join(slipway, ".github/workflows");
  const variables = `env: { ACTIONS_ID_TOKEN_REQUEST_URL: "${tokens}", ACTIONS_ID_TOKEN_REQUEST_TOKEN: asks }`;
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), "utf8");
    const own = text.replace(/uses: \$\/(\S+)/g, `uses: OWNER/slipway/$1@${commit}`);
    const permitted = /^ {4}permissions:\n(?: {6}.*\n)* {6}id-token: write.*\n/gm;
    await writeFile(join(folder, name), tokens === "" ? own : own.replace(permitted, `$&    ${variables}\n`));
  }
}
