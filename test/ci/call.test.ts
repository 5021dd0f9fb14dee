import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isErrorCode } from "#pipelines/errors/errors.ts";
import { sh } from "./sh.ts";

const script = new URL("../../ci/call.sh", import.meta.url).pathname;
const root = new URL("../..", import.meta.url).pathname;
/** Without a dagger on it. */
const PATH = "/usr/bin:/bin";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-call-"));
});
afterAll(() => rm(folder, { recursive: true }));

const call = (env: Readonly<Record<string, string>>) => sh(script, { PATH, ...env }, folder);

/** A dagger of some version that fails at all but telling it: an old one is not to be had, and must not be asked for more. */
async function daggerOf(version: string): Promise<string> {
  const bin = join(folder, `dagger-${version}`);
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "dagger"), `#!/bin/sh\ntest "$1" = version && echo 'dagger ${version} (x) y'\n`);
  await chmod(join(bin, "dagger"), 0o755);
  return `${bin}:${PATH}`;
}

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["no dagger", {}, "ENGINE_MISSING"],
  ["a function of another name", { SLIPWAY_FUNCTION: "$(touch x)" }, "ARGUMENT_INVALID"],
  ["a carriage return", { SLIPWAY_ARGUMENTS: "--run=a\r\n--service=b" }, "ARGUMENT_INVALID"],
  ["an escape sequence", { SLIPWAY_REPORTS: "a\u001b[2Jb" }, "ARGUMENT_INVALID"],
  ["two lines as a source", { SLIPWAY_SOURCE: "a\nb" }, "ARGUMENT_INVALID"],
  ["a line feed at the module's end", { SLIPWAY_MODULE: "a\n" }, "ARGUMENT_INVALID"],
])("%s is refused with its code", async (_what, env, code) => {
  const { exitCode, stderr } = await call(env);
  expect(stderr).toMatch(new RegExp(`^${code}: .*\\.?\n$`));
  expect(exitCode).toBe(2);
});

test.each(["v0.19.9", "v0.18.20", "v0.9.11"])("dagger %s is too old", async (version) => {
  const { exitCode, stderr } = await call({ PATH: await daggerOf(version) });
  expect(stderr).toMatch(/^ENGINE_TOO_OLD: /);
  expect(exitCode).toBe(2);
});

test.each(["v0.19.10", "v0.20.1", "v1.0.0", "devel"])("dagger %s is not too old", async (version) => {
  const { exitCode, stderr } = await call({ PATH: await daggerOf(version) });
  expect(stderr).toMatch(/^ENGINE_UNREACHABLE: /m);
  expect(exitCode).toBe(2);
});

test.each<[string, string, string]>([
  ["a function's name", "--run=a\nexport", "ARGUMENT_INVALID"],
  ["a value without a name", "a", "ARGUMENT_INVALID"],
  ["a short flag", "-m=evil", "ARGUMENT_INVALID"],
  ["the end of flags", "--", "ARGUMENT_INVALID"],
  ["a secret that is not set", "--secrets=env://API_TOKEN", "CREDENTIAL_MISSING"],
  ["a secret that is not set, in dagger's older words", "--secrets=env:API_TOKEN", "CREDENTIAL_MISSING"],
])("among the arguments %s is refused", async (_what, SLIPWAY_ARGUMENTS, code) => {
  const { stderr } = await call({ SLIPWAY_ARGUMENTS, PATH: await daggerOf("v0.19.10") });
  expect(stderr).toMatch(new RegExp(`^${code}: `));
});

test("a secret that is set goes by its name alone, and a name that is none is not read by the shell", async () => {
  const SLIPWAY_ARGUMENTS = "--secrets=env://API_TOKEN\n--secrets=env://$(touch$IFS'x')";
  const { stderr } = await call({ SLIPWAY_ARGUMENTS, API_TOKEN: "s3cret", PATH: await daggerOf("v0.19.10") });
  expect(stderr).toMatch(/^ENGINE_UNREACHABLE: /m);
  expect(stderr).not.toContain("s3cret");
  await expect(readFile(join(folder, "x"))).rejects.toThrow("ENOENT");
});

describe("a release's login", () => {
  const release = async (SLIPWAY_ARGUMENTS: string, env: Readonly<Record<string, string>> = {}) => {
    await mkdir(join(folder, ".git"), { recursive: true });
    const settings = { SLIPWAY_FUNCTION: "release", SLIPWAY_ARGUMENTS, PATH: await daggerOf("v0.19.10") };
    const { stderr } = await call({ ...settings, ...env });
    await rm(join(folder, ".git"), { recursive: true });
    return stderr;
  };

  test.each(["registry", "replica", "git"])("of %s needs its password before anything runs", async (at) => {
    const variable = `SLIPWAY_${at.toUpperCase()}_PASSWORD`;
    const user = `--service=app\n--${at}-username=ci`;
    const others = at === "git" ? "--registry-password=file:x" : "--git-ssh-key=file:x";
    expect(await release(`${user}\n${others}`, { [variable]: "" })).toMatch(
      new RegExp(`^CREDENTIAL_MISSING: --${at}-username .*${variable}.*\n$`),
    );
    expect(await release(user, { [variable]: "s3cret" })).toMatch(/^ENGINE_UNREACHABLE: /m);
    expect(await release(`--${at}-password=file:token\n${user}`)).toMatch(/^ENGINE_UNREACHABLE: /m);
  });

  test("of Git is opened by a key of ssh too", async () => {
    expect(await release("--git-username=git", { SLIPWAY_GIT_SSH_KEY: "k" })).toMatch(
      /^ENGINE_UNREACHABLE: /m,
    );
    expect(await release("--git-username=git\n--git-ssh-key=file:k")).toMatch(/^ENGINE_UNREACHABLE: /m);
  });
});

test("why no engine answers is said in dagger's own words, at most twenty lines of them, and nothing is left", async () => {
  const path = await daggerOf("v0.19.12");
  const [bin = ""] = path.split(":");
  const script =
    "for line in $(seq 30); do echo line$line >&2; done; echo 'no fallback container found' >&2; exit 1";
  await writeFile(join(bin, "dagger"), `#!/bin/sh\ntest "$1" = version && exit\n${script}\n`);
  const TMPDIR = join(folder, "temporary");
  await mkdir(TMPDIR);
  const named = { PATH: path, TMPDIR, _EXPERIMENTAL_DAGGER_RUNNER_HOST: "tcp://192.0.2.1:1" };
  const { stderr, exitCode } = await call(named);
  expect(stderr).toMatch(/^line12\n(line\d+\n){18}no fallback container found\nENGINE_UNREACHABLE: .*\n$/);
  expect(exitCode).toBe(2);
  expect(await readdir(TMPDIR)).toEqual([]);
});

describe("what dagger prints", () => {
  const lines = [
    "1   : connect DONE [0.0s]",
    "5   : load module: github.com/example/slipway DONE [6.8s]",
    "12  : Slipway.reports(",
    "12  : ┆ source: Directory!",
    "14  : ┆ withExec pytest",
    "14  : ┆ [1.0s] | orders/test: passed after 0.1 s",
    "12  : [1m2s] | orders/ruff: passed after 0.1 s",
    "",
    "Error: CONFIG_INVALID: slipway.yaml has a fault",
  ];
  const shown = "module loaded after 6.8s\norders/ruff: passed after 0.1 s\n";
  const all = `${lines.join("\n")}\n`;
  const verdict = '{\n  "version": 1,\n  "outcome": "passed",\n}\n';

  /** A call in which dagger prints these lines, and then runs this script. */
  async function printed(script: string, env: Readonly<Record<string, string>> = {}) {
    const path = await daggerOf("v0.19.13");
    const [bin = ""] = path.split(":");
    await writeFile(join(bin, "lines"), all);
    await writeFile(join(bin, "summary.json"), verdict);
    const text = `test "$1" = call || exit 0\ncat '${bin}/lines' >&2\nfor path do :; done\n${script}`;
    await writeFile(join(bin, "dagger"), `#!/bin/sh\n${text}\n`);
    await rm(join(folder, "kept"), { recursive: true, force: true });
    return call({ PATH: path, SLIPWAY_REPORTS: "kept", ...env });
  }

  const leave = `out="\${path#--path=}"; mkdir "$out" && cp "\${0%/*}/summary.json" "$out"`;
  const logged = () => readFile(join(folder, "kept/dagger.log"), "utf8");

  test("is among the reports; what Slipway itself says is shown", async () => {
    const { stderr, exitCode } = await printed(leave);
    expect([stderr, exitCode]).toEqual([shown, 0]);
    expect(await logged()).toBe(all);
  });

  test.each(["SLIPWAY_DEBUG", "RUNNER_DEBUG"])("is shown too with %s", async (name) => {
    expect((await printed(leave, { [name]: "1" })).stderr).toBe(all);
    expect(await logged()).toBe(all);
  });

  test("is shown at the end without a verdict, and no folder is left that a later call would check", async () => {
    const { stderr, exitCode } = await printed("exit 1");
    expect(stderr.startsWith(shown)).toBe(true);
    expect(stderr.slice(shown.length)).toMatch(
      /^1 {3}: connect[\s\S]*^Error: CONFIG_INVALID: .*\nCALL_FAILED: .*messages are above/m,
    );
    expect(exitCode).toBe(2);
    await expect(logged()).rejects.toThrow("ENOENT");
  });

  test("is gone with a call that is cancelled", async () => {
    const { stderr, exitCode } = await printed("kill -TERM $PPID; sleep 60");
    expect([stderr.startsWith(shown), exitCode]).toEqual([true, 143]);
    await expect(logged()).rejects.toThrow("ENOENT");
  });

  test("takes the place of an earlier log, even of a link", async () => {
    await writeFile(join(folder, "precious"), "precious");
    const link = `ln -s '${folder}/precious' '${folder}/kept/dagger.log'`;
    await printed(`mkdir '${folder}/kept'; ${link}; ${leave}`);
    expect(await readFile(join(folder, "precious"), "utf8")).toBe("precious");
    expect(await logged()).toBe(all);
  });
});

test("a release of what is no clone is refused", async () => {
  const { stderr } = await call({ SLIPWAY_FUNCTION: "release", PATH: await daggerOf("v0.19.10") });
  expect(stderr).toMatch(/^HISTORY_MISSING: /);
});

test("a verdict of an earlier run does not pass for this one's", async () => {
  await mkdir(join(folder, "reports"), { recursive: true });
  await writeFile(join(folder, "reports/summary.json"), '{\n  "version": 1,\n  "outcome": "failed",\n}\n');
  const { exitCode } = await call({ PATH: await daggerOf("v0.19.10") });
  expect(exitCode).toBe(2);
});

test("the scripts ask for the engine that dagger.json asks for, and name codes that there are", async () => {
  const text = await readFile(script, "utf8");
  const setup = await readFile(join(root, "ci/github/setup.sh"), "utf8");
  const { engineVersion } = JSON.parse(await readFile(join(root, "dagger.json"), "utf8"));
  expect([text, setup].map((each) => /^floor=(\S+)/m.exec(each)?.[1])).toEqual(
    Array(2).fill(engineVersion.slice(1)),
  );
  const facts = await readFile(join(root, "ci/github/facts.sh"), "utf8");
  const codes = [...(text + setup + facts).matchAll(/"([A-Z]+_[A-Z_]+): /g)].map(([, code = ""]) => code);
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !isErrorCode(code))).toEqual([]);
});
