import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { sh } from "../ci/sh.ts";
import { guises } from "../guises.ts";
import { image, releaseWorld } from "../servers/release-world.ts";

const execute = promisify(execFile);
const root = new URL("../..", import.meta.url).pathname;

const files = {
  "slipway.yaml": `services:
  app: {path: ., types: false, test: {secrets: [TEST_TOKEN]}, image: {name: ${image}, secrets: [BUILD_TOKEN]}}
gates: {coverage: 0}
release:
  tags: [type=sha]
  gitops: {repository: "https://git.example.com/fleet.git", overlays: [staging]}
`,
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\n',
  "app.py": "def one() -> int:\n    return 1\n",
  "tests/test_app.py":
    'import os\nimport warnings\n\n\ndef test_one() -> None:\n    warnings.warn("test has " + os.environ["TEST_TOKEN"])\n',
  Dockerfile: `FROM python:3.13-slim
RUN --mount=type=secret,id=BUILD_TOKEN wc -c </run/secrets/BUILD_TOKEN >/length
RUN python -m pip uninstall --yes setuptools wheel pip
USER 10001
HEALTHCHECK NONE
`,
};

type Place = readonly [name: string, bytes: Buffer];

/** Every file below a folder, as it lies there and, where it is packed by gzip, unpacked. */
async function contents(folder: string): Promise<readonly Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const places = files.map(async (entry): Promise<readonly Place[]> => {
    const name = join(entry.parentPath, entry.name);
    const bytes = await readFile(name);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isPacked
      ? [
          [name, bytes],
          [`${name}, unpacked`, gunzipSync(bytes)],
        ]
      : [[name, bytes]];
  });
  return (await Promise.all(places)).flat();
}

const secret = (what: string) => `canary ${what}/+${randomBytes(9).toString("base64url")}==`;

test("no secret that a release by the wrapper's script is handed is in what it prints, reports, publishes or commits", async () => {
  const secrets = { test: secret("test"), build: secret("build"), git: secret("git"), key: secret("key") };
  const world = await releaseWorld(secrets);
  const { registry, fleet, keys } = world;
  try {
    const reports = join(world.folder, "reports");
    // Passwords are found by their variables, as a CI system has them; the rest is said.
    const said = world
      .arguments("release-reports")
      .filter((each) => /^--(?!git=).*(?<!_PASSWORD)$/.test(each));
    const call = () =>
      sh(
        join(root, "ci/call.sh"),
        {
          PATH: `${dirname(process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "")}:${process.env.PATH}`,
          _EXPERIMENTAL_DAGGER_RUNNER_HOST: process.env._EXPERIMENTAL_DAGGER_RUNNER_HOST ?? "",
          SLIPWAY_MODULE: root,
          SLIPWAY_FUNCTION: "release",
          SLIPWAY_SOURCE: world.source,
          SLIPWAY_REPORTS: reports,
          SLIPWAY_ARGUMENTS: [...said, "--secrets=env://TEST_TOKEN,env://BUILD_TOKEN"].join("\n"),
          SLIPWAY_REGISTRY_PASSWORD: registry.password,
          SLIPWAY_SIGNING_PASSWORD: secrets.key,
          SLIPWAY_GIT_PASSWORD: secrets.git,
          TEST_TOKEN: secrets.test,
          BUILD_TOKEN: secrets.build,
        },
        world.folder,
      );
    await world.commit("first", files);
    const released = await call();
    expect(`${released.exitCode} ${released.stderr.slice(-2000)}`).toMatch(/^0 /);
    expect(released.stdout).toMatch(/^Released: [0-9a-f]{40}/m);
    expect(fleet.lines("log", "--format=%s", "main")).toHaveLength(2);
    // The second one fails, and errors are where secrets come out.
    fleet.hook("pre-receive", "echo 'GH006: Protected branch update failed' >&2; exit 1");
    await world.commit("second");
    const failed = await call();
    expect(failed.stdout + failed.stderr).toContain("BRANCH_PROTECTED");
    expect(failed.stderr).toMatch(/^RELEASE_INCOMPLETE: /m);
    expect(failed.exitCode).toBe(2);
    const args = ["-C", fleet.path, "cat-file", "--batch", "--batch-all-objects"];
    const objects = await execute("git", args, { encoding: "buffer", maxBuffer: 64 * 1024 * 1024 });
    const places: readonly Place[] = [
      ...[released, failed].map(
        ({ stdout, stderr }, index): Place => [`call ${index}`, Buffer.from(stdout + stderr)],
      ),
      ["objects of the GitOps repository", objects.stdout],
      ...(await contents(reports)),
      ...(await contents(join(world.folder, "registry", "storage"))),
      ...(await contents(fleet.path)),
    ];
    expect(places.length).toBeGreaterThan(50);
    // They were handed over: what the test printed is there, blackened.
    expect(places.some(([, bytes]) => bytes.includes("test has ***"))).toBe(true);
    const body = keys.privateKey.split("\n")[1] ?? "";
    const wanted = [...Object.values(secrets), registry.password, body].flatMap(guises);
    const hits = places.flatMap(([name, bytes]) =>
      wanted.filter((guise) => bytes.includes(guise)).map((guise) => `${name}: ${guise}`),
    );
    expect(hits).toEqual([]);
  } finally {
    await world.close();
  }
});
