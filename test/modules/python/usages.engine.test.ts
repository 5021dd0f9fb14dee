import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { pins } from "#modules/python/src/pins.ts";
import { type Usage, usageOf, usages, type VersionedTool } from "#modules/python/src/usages.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { codeToolOf } from "#pipelines/tools/registry.ts";
import { ended } from "../../../ci/program.ts";

// The tools run on this machine, without the engine: what they print does not depend on where they run.

/** Wrong in something that each tool looks for. */
const code = 'import sys\nimport os\nx: int = "one"\ny=eval("1")\n';

const found: Readonly<Record<VersionedTool, Partial<Finding>>> = {
  ruff: { rule: "F401", path: "a.py", line: 1, kind: "lint" },
  "ruff-format": { rule: "unformatted", path: "a.py", kind: "format" },
  black: { rule: "unformatted", path: "a.py", kind: "format" },
  isort: { rule: "unformatted", path: "a.py", kind: "format" },
  flake8: { rule: "F401", path: "a.py", line: 1, kind: "lint" },
  bandit: { rule: "B307", path: "a.py", line: 4, kind: "weakness" },
  pylint: { rule: "W0611", path: "a.py", line: 1, kind: "lint" },
  mypy: { rule: "assignment", path: "a.py", line: 3, kind: "type" },
  pyright: { path: "a.py", line: 3, kind: "type" },
  basedpyright: { path: "a.py", line: 3, kind: "type" },
  ty: { rule: "invalid-assignment", path: "a.py", line: 3, kind: "type" },
};

const tools = Object.keys(found) as VersionedTool[];
const versions = tools.flatMap((tool) => {
  const all: readonly Usage[] = usages[tool];
  return [...all.map(({ from }): [VersionedTool, string] => [tool, from]), [tool, "newest"] as const];
});

let home: string;
const uv = (...args: string[]) => must(join(home, "uv/bin/uv"), args);

async function must(command: string, args: readonly string[]): Promise<void> {
  const { exitCode, log } = await ended(command, args, {});
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: ${log}`);
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "slipway-usages-"));
  await must("python3", ["-m", "venv", join(home, "uv")]);
  await must(join(home, "uv/bin/pip"), ["install", "--quiet", `uv==${pins.uv.replace(/^.*:/, "")}`]);
  return () => rm(home, { recursive: true });
});

// The hook of the test itself: that of vitest may belong to another one that runs beside it, and would remove the environment too early.
test.concurrent.for(versions)("%s %s is run and read", async ([name, version], { onTestFinished }) => {
  const tool = codeToolOf(name);
  const source = await mkdtemp(join(home, "source-"));
  const environment = await mkdtemp(join(home, "venv-"));
  onTestFinished(() => rm(environment, { recursive: true }));
  await writeFile(join(source, "a.py"), code);
  const isNewest = version === "newest";
  const { command, report, beside = [] } = usageOf(name, isNewest ? undefined : version);
  const extra = name === "pyright" ? "[nodejs]" : "";
  const asked = `${tool.package ?? name}${extra}${isNewest ? "" : `==${version}`}`;
  // Old tools do not run on each newer Python.
  await uv("venv", "--quiet", "--clear", "--python=3.11", environment);
  await uv("pip", "install", "--quiet", `--python=${environment}`, asked, ...beside);
  const [program = "", ...flags] = command.map((word) =>
    word.replace("/reports/", `${source}/`).replace("/opt/venv/", `${environment}/`),
  );
  const path = `${environment}/bin:${process.env.PATH}`;
  const env = { ...process.env, PATH: path, PYRIGHT_PYTHON_CACHE_DIR: join(environment, "pyright") };
  if (name === "pyright") await ended(join(environment, "bin", program), ["--version"], { cwd: source, env });
  const ran = await ended(join(environment, "bin", program), [...flags, "."], { cwd: source, env });
  expect({ exitCode: ran.exitCode, log: tool.ends.includes(ran.exitCode) ? "" : ran.log }).toEqual({
    exitCode: expect.toSatisfy((code: number) => tool.ends.includes(code)),
    log: "",
  });
  const text = ran.stdout || (await readFile(join(source, report), "utf8"));
  const read = tool.older?.[report] ?? tool.read;
  const findings = read({ text, file: report, exitCode: ran.exitCode, place: { root: source } });
  expect(findings).toContainEqual(expect.objectContaining(found[name]));
});
