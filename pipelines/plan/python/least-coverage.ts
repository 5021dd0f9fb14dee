import { posix } from "node:path";
import { z } from "zod";
import { defaults } from "#pipelines/config/defaults.ts";
import type { OwnCoverage } from "#pipelines/gates/judge.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { callsFor } from "./calls/calls.ts";
import { isPipeline } from "./calls/pipeline-files.ts";
import { mayBeStarted } from "./calls/starter.ts";
import { isTestRunner } from "./calls/test-runner.ts";
import type { ToolCall } from "./calls/tool-call.ts";
import { unseenTests } from "./calls/unseen-tests.ts";
import { parseIni } from "./ini.ts";
import { type ProjectTables, parseToml } from "./project.ts";
import { pytestOptions } from "./pytest-settings.ts";

/**
 * The least coverage that a service's tests must reach, in percent, and who asks for it: `gates` in slipway.yaml,
 * nobody, or the service itself.
 */
export type LeastCoverage =
  | { readonly from: "gates" | "default"; readonly percent: number }
  | ({ readonly from: "service" } & OwnCoverage);

/**
 * Decides which coverage a service's tests must reach: that of `gates.coverage`, else the one that the service's own
 * settings ask of pytest-cov or coverage.py, else the default.
 * https://coverage.readthedocs.io/en/latest/config.html#config-report-fail-under
 *
 * @param gate `gates.coverage`; undefined if slipway.yaml does not set it.
 */
export async function leastCoverage(
  tree: Tree,
  project: ProjectTables,
  gate: number | undefined,
): Promise<LeastCoverage> {
  if (gate !== undefined) return { percent: gate, from: "gates" };
  const settings = await coverageSettings(tree, project);
  const asked =
    (await askedOfPytest(tree, project.folder)) ??
    (settings && { value: settings.get("fail_under"), by: settings.by });
  const percent = numberIn(asked?.value);
  // To coverage.py 0 is no limit, and it refuses one above 100.
  if (asked === undefined || percent === undefined || percent <= 0 || percent > 100)
    return { percent: defaults.coverage, from: "default" };
  const precision = numberIn(settings?.get("precision")) ?? 0;
  return { percent, from: "service", by: asked.by, precision: Math.min(Math.max(precision, 0), 10) };
}

interface Asked {
  readonly value: unknown;
  readonly by: string;
}

/** The option of pytest-cov or `coverage report` in pytest's settings or in a script, which comes before coverage.py's settings. */
async function askedOfPytest(tree: Tree, folder: string): Promise<Asked | undefined> {
  const options = await pytestOptions(tree, folder);
  const every = await callsFor(tree, folder);
  const calls = every.filter(({ isCheck }) => isCheck);
  // A report without tests beside it is for the coverage of several runs together.
  const hasTests = (one: ToolCall) =>
    calls.some(({ tool, file, job }) => isTestRunner(tool) && file === one.file && job === one.job);
  const isWhole = ({ words }: ToolCall) =>
    words.every(
      (word) => (/^\d/.test(word) || word.startsWith("-")) && !/^(?:-i$|--(?:include|omit))/.test(word),
    );
  const all = calls.filter(
    (call) => call.tool === "pytest" || (call.tool === "coverage" && isWhole(call) && hasTests(call)),
  );
  // Where a pipeline calls pytest itself, or another part of a script, one with another limit is for people.
  const inPipelines = all.filter(({ file }) => isPipeline(file));
  const ofPipelines = every.filter(({ file }) => isPipeline(file));
  const isFollowed = ofPipelines.length > 0 && !ofPipelines.some(({ tool }) => tool === unseenTests);
  const started = isFollowed ? all.filter((call) => mayBeStarted(call, calls)) : all;
  const counted = inPipelines.length > 0 ? inPipelines : started;
  const called = counted.filter(({ paths }) => !areExamples(folder, paths));
  const places = [
    ...called.map(({ options: words, file }) => ({ words, file })),
    ...(options === undefined ? [] : [options]),
  ];
  for (const { words, file } of places) {
    const value = limitIn(words);
    if (value !== undefined) return { value, by: file };
  }
  return undefined;
}

/** Whether a call is for examples alone: its limit says nothing of the whole. */
function areExamples(folder: string, paths: readonly string[]): boolean {
  const isExample = (path: string) =>
    /^(?:examples?|samples?|demos?|tutorials?)(?:\/|$)/.test(posix.relative(folder, path));
  return paths.length > 0 && paths.every(isExample);
}

/** The last one counts, as it does for pytest. */
function limitIn(words: readonly string[]): string | undefined {
  return words.reduce<string | undefined>((found, word, at) => {
    const [, joined] = /^--(?:cov-)?fail-under=(.*)$/.exec(word) ?? [];
    return joined ?? (/^--(?:cov-)?fail-under$/.test(word) ? words[at + 1] : undefined) ?? found;
  }, undefined);
}

interface CoverageSettings {
  readonly by: string;
  readonly get: (key: string) => unknown;
}

/** The first file with settings of coverage.py in the folder where the tests run: it reads no other. */
async function coverageSettings(
  tree: Tree,
  { folder, pyproject, setupCfg, toxIni }: ProjectTables,
): Promise<CoverageSettings | undefined> {
  const own = await readOwn(tree, folder);
  if (own !== undefined) return own;
  for (const [name, ini] of [
    ["setup.cfg", setupCfg],
    ["tox.ini", toxIni],
  ] as const) {
    const names = [...(ini?.keys() ?? [])].filter((section) => section.startsWith("coverage:"));
    const section = ini?.get("coverage:report");
    if (names.length > 0)
      return { by: `${join(folder, name)} [coverage:report]`, get: (key) => section?.get(key) };
  }
  const report = tableIn(pyproject?.tool?.coverage);
  if (report === undefined) return undefined;
  return { by: `${join(folder, "pyproject.toml")} [tool.coverage.report]`, get: (key) => report[key] };
}

const tomlTables = z.looseObject({ tool: z.looseObject({}).optional() });

/** A file that cannot be read has no settings: the tests report it. */
async function readOwn(tree: Tree, folder: string): Promise<CoverageSettings | undefined> {
  const [ini, toml] = [".coveragerc", ".coveragerc.toml"].map((name) => join(folder, name));
  if (ini !== undefined && tree.has(folder, ".coveragerc")) {
    const text = await tree.read(ini).catch(() => "");
    const section = attempt(() => parseIni(text, ini).get("report"));
    return { by: `${ini} [report]`, get: (key) => section?.get(key) };
  }
  if (toml === undefined || !tree.has(folder, ".coveragerc.toml")) return undefined;
  const text = await tree.read(toml).catch(() => "");
  const tables = tomlTables.safeParse(attempt(() => parseToml(text, toml))).data;
  const report = tableIn(tables?.tool?.coverage) ?? tableIn(tables);
  return { by: toml, get: (key) => report?.[key] };
}

function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The table `report` of coverage.py's settings; empty if it has others only. */
function tableIn(settings: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof settings !== "object" || settings === null) return undefined;
  const report = "report" in settings ? settings.report : undefined;
  return typeof report === "object" && report !== null ? { ...report } : {};
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
