import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { kebab } from "../../ci/scripts/reference/module-page.ts";
import { sh } from "../ci/sh.ts";

/*
 * The attacker writes the checkout in which a CI job calls ci/call.sh, and the reports. The stand-in for dagger notes how it
 * is called, and leaves the reports that a test puts in `left`.
 */

const script = new URL("../../ci/call.sh", import.meta.url).pathname;
const dagger = `#!/bin/sh
test "$1" = version && echo 'dagger v0.19.10 (x) y' && exit
test "$1" = call || exit 0
{ pwd; ls -A; printf '%s\\n' "$@"; } >"$NOTES"
for path do :; done
mkdir -p "\${path#--path=}"
cp -a "$LEFT/." "\${path#--path=}/"
`;
const passed = '{\n  "version": 1,\n  "outcome": "passed",\n  "checks": []\n}\n';

let folder: string;
let source: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway attack-"));
  source = join(folder, "source");
  for (const name of ["source", "bin", "left", "temporary", "outside"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "bin/dagger"), dagger);
  await chmod(join(folder, "bin/dagger"), 0o755);
  await writeFile(join(folder, "left/summary.json"), passed);
  await writeFile(join(folder, "outside/summary.json"), "precious");
});
afterEach(() => rm(folder, { recursive: true }));

async function call(env: Readonly<Record<string, string>> = {}, cwd = source) {
  const NOTES = join(folder, "notes");
  await rm(NOTES, { force: true });
  const ended = await sh(
    script,
    {
      PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
      TMPDIR: join(folder, "temporary"),
      NOTES,
      LEFT: join(folder, "left"),
      SLIPWAY_MODULE: "github.com/example/slipway@v1",
      ...env,
    },
    cwd,
  );
  const [place = "", ...lines] = (await readFile(NOTES, "utf8").catch(() => "")).split("\n");
  return { ...ended, place, lines };
}

describe("an approval of a weaker policy", () => {
  const approved = async (SLIPWAY_POLICY_APPROVED: string, SLIPWAY_ARGUMENTS: string, more = {}) => {
    const { lines } = await call({ SLIPWAY_POLICY_APPROVED, SLIPWAY_ARGUMENTS, ...more });
    return lines.filter((line) => line.startsWith("--policy"));
  };
  const policy = "--policy-ref=refs/remotes/origin/main";

  test("comes from the variable of the job, for a call that has a policy", async () => {
    const [one, other] = ["0123456789abcdef", "fedcba9876543210"];
    const names = `--policy-approved=${one},${other}`;
    expect(await approved(` ${one}\n${other}, `, policy)).toEqual([names, policy]);
    expect(await approved(`${one}`, "--service=a")).toEqual([]);
    expect(await approved("", policy)).toEqual([policy]);
    expect(await approved(one, `${policy}`, { SLIPWAY_FUNCTION: "release" })).toEqual([]);
  });
});

describe("a .env in the checkout", () => {
  test("is not where dagger runs, nor above: there is an empty one", async () => {
    await writeFile(join(source, ".env"), "SLIPWAY_REPORTS_RUN=evil\n");
    await writeFile(join(folder, "temporary/.env"), "SLIPWAY_REPORTS_RUN=evil\n");
    const { exitCode, place, lines } = await call();
    expect(exitCode).toBe(0);
    expect(place.startsWith(join(folder, "temporary/slipway."))).toBe(true);
    expect(lines[0]).toBe(".env");
  });

  test("stays away though the call names what is in the checkout by relative paths", async () => {
    const SLIPWAY_ARGUMENTS = [
      "--git=.git",
      "--baseline=old/findings.json",
      "--previous-sbom=a.json,b.json",
      "--secrets=env://A,file://keys/B,file:keys/C,vault://x/y",
      "--git-ssh-key=file:///root/key",
      "--config=slipway.yaml",
      "--service=orders",
      "--scheduled",
    ].join("\n");
    const { lines } = await call({ SLIPWAY_ARGUMENTS, A: "a" });
    expect(lines).toEqual(
      expect.arrayContaining([
        `--source=${source}`,
        `--git=${source}/.git`,
        `--baseline=${source}/old/findings.json`,
        `--previous-sbom=${source}/a.json,${source}/b.json`,
        `--secrets=env://A,file://${source}/keys/B,file:${source}/keys/C,vault://x/y`,
        "--git-ssh-key=file:///root/key",
        "--config=slipway.yaml",
        "--service=orders",
        "--scheduled",
      ]),
    );
  });

  test("stays away for every argument that takes a path or a secret", async () => {
    const text = await readFile(script, "utf8");
    const listed = (name: string) => new RegExp(`^${name}=" (.*) "$`, "m").exec(text)?.[1]?.split(" ");
    const declared = await argumentTypes();
    const ofType = (wanted: RegExp) =>
      [...declared].filter(([, type]) => wanted.test(type)).map(([name]) => name);
    expect(listed("paths")).toEqual(ofType(/^(?:File|Directory)\b/).toSorted());
    expect(listed("secrets")).toEqual(ofType(/^Secret\b/).toSorted());
  });
});

describe("a folder of the checkout", () => {
  test.each(["github.com/example/slipway@v1", "github.com/example/slipway"])(
    "named %s is not taken for the module",
    async (SLIPWAY_MODULE) => {
      await mkdir(join(source, SLIPWAY_MODULE), { recursive: true });
      const { lines } = await call({ SLIPWAY_MODULE });
      expect(lines).toContain(SLIPWAY_MODULE);
    },
  );

  test.each([
    ["./ci/slipway", "./ci/slipway"],
    ["slipway", "slipway"],
  ])("that the workflow names as %s is the module", async (SLIPWAY_MODULE, path) => {
    const { lines } = await call({ SLIPWAY_MODULE });
    expect(lines).toContain(`${source}/${path}`);
  });
});

describe("a reports folder", () => {
  test.each([
    ["is a symlink out of the checkout", "reports", "../outside", "reports"],
    ["is a symlink within the checkout", "reports", ".git", "reports"],
    ["is a dangling symlink", "reports", "nowhere", "reports"],
    ["is behind a symlink", "build", "../outside", "build/reports"],
    ["is behind a symlink, named in full", "build", "../outside", "§/build/reports"],
  ])("that %s is refused, and nothing is deleted or written", async (_, link, target, named) => {
    await mkdir(join(source, ".git"));
    await symlink(target, join(source, link));
    const { exitCode, stderr, place } = await call({ SLIPWAY_REPORTS: named.replace("§", source) });
    expect(stderr).toMatch(/^REPORTS_UNWRITABLE: .* is a symlink/);
    expect(exitCode).toBe(2);
    expect(place).toBe("");
    expect(await readFile(join(folder, "outside/summary.json"), "utf8")).toBe("precious");
    expect(await readdir(join(source, ".git"))).toEqual([]);
  });

  test("with symlinks in it keeps what they lead to", async () => {
    await mkdir(join(source, "reports"));
    await symlink("../../outside", join(source, "reports/app"));
    await symlink("../../outside/summary.json", join(source, "reports/summary.json"));
    await mkdir(join(folder, "left/app"));
    await writeFile(join(folder, "left/app/summary.json"), "of a check");
    expect((await call()).exitCode).toBe(0);
    expect(await readFile(join(folder, "outside/summary.json"), "utf8")).toBe("precious");
    expect(await readFile(join(source, "reports/summary.json"), "utf8")).toBe(passed);
    expect(await readFile(join(source, "reports/app/summary.json"), "utf8")).toBe("of a check");
  });

  test("that is in the way as a file is refused", async () => {
    await writeFile(join(source, "reports"), "");
    const { exitCode, stderr } = await call();
    expect(stderr).toMatch(/^REPORTS_UNWRITABLE: /m);
    expect(exitCode).toBe(2);
  });
});

describe("among the reports", () => {
  test("a symlink, a pipe and a mode that executes or sets a user stay behind", async () => {
    const left = join(folder, "left/app");
    await mkdir(left, { mode: 0o1777 });
    await symlink("/etc/hostname", join(left, "leak.txt"));
    await symlink("/root", join(left, "home"));
    execFileSync("mkfifo", [join(left, "pipe")]);
    await writeFile(join(left, "tool"), "");
    await chmod(join(left, "tool"), 0o6755);
    await writeFile(join(folder, "left/.hidden"), "");
    expect((await call()).exitCode).toBe(0);
    const reports = join(source, "reports");
    expect((await readdir(reports, { recursive: true })).toSorted()).toEqual([
      ".hidden",
      "app",
      "app/tool",
      "dagger.log",
      "summary.json",
    ]);
    expect((await stat(join(reports, "app/tool"))).mode & 0o7777).toBe(0o644);
    expect((await stat(join(reports, "app"))).mode & 0o7777).toBe(0o755);
  });

  test("nothing is left in the folder for temporary files", async () => {
    await call();
    expect(await readdir(join(folder, "temporary"))).toEqual([]);
  });
});

/** The types of all arguments of ci and release, by their names on the command line. */
async function argumentTypes(): Promise<ReadonlyMap<string, string>> {
  const surface = parse(await readFile(new URL("../../src/surface.yaml", import.meta.url), "utf8"));
  const entries = Object.entries<{ type: string }>(surface.parameters).filter(([name]) => name !== "reports");
  return new Map(entries.map(([name, { type }]) => [kebab(name), type]));
}
