import { z } from "zod";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { isForDocumentation, isForTests } from "./for-tests.ts";
import { hatchNeeds } from "./hatch.ts";
import { inside, pathsIn } from "./libraries.ts";
import { noxNeeds } from "./nox.ts";
import { isExtraForTests, isGroupForTests, type ProjectTables } from "./project.ts";
import { isEmpty, joined, needsOf, noNeeds, type TestNeeds } from "./test-needs.ts";
import { toxNeeds } from "./tox.ts";

/**
 * Collects what a project declares for its tests outside of locks and requirements files: groups and extras, those of
 * uv, PDM and hatch, and `tests_require`. If none of these has pytest or is named for tests, also what tox or nox
 * installs.
 */
export async function declaredNeeds(tree: Tree, project: ProjectTables, python: string): Promise<TestNeeds> {
  const own = joined([
    await namedNeeds(tree, project),
    pdmNeeds(project),
    await setupNeeds(tree, project),
    await hatchNeeds(tree, project),
  ]);
  return speaksOfTests(project, own) ? own : joined([own, await runnerNeeds(tree, project, python)]);
}

/** What tox installs for tests; without it, what nox does. */
export async function runnerNeeds(tree: Tree, project: ProjectTables, python: string): Promise<TestNeeds> {
  const tox = await toxNeeds(tree, project, python);
  return isEmpty(tox) ? noxNeeds(tree, project) : tox;
}

/** The groups and extras for tests, as uv names them. */
export async function namedNeeds(tree: Tree, project: ProjectTables): Promise<TestNeeds> {
  const { "dependency-groups": groups = {}, tool } = project.pyproject ?? {};
  const { "default-groups": always, "dev-dependencies": older } = tool?.uv ?? {};
  const named = Object.keys(groups);
  const chosen =
    always === "all"
      ? named
      : named.filter((name) => isGroupForTests(project, name) || always?.includes(name));
  return {
    ...noNeeds,
    groups: [
      ...new Set([
        ...chosen.flatMap((name) => (always === "all" ? [name] : withoutDocumentation(groups, name))),
        ...(older === undefined ? [] : ["dev"]),
      ]),
    ],
    extras: (await extrasOf(tree, project)).filter((name) => isExtraForTests(project, name)),
  };
}

/**
 * The parts of a group that is made of other groups, without those for documentation: tests need none of it, and it
 * often asks for a newer Python. Any other group stays as it is.
 */
function withoutDocumentation(groups: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const included = includedIn(groups, name);
  if (included.length === 0 || included.length < entriesOf(groups, name).length) return [name];
  const parts = included.filter((part) => !reachesDocumentation(groups, part));
  return parts.length === 0 ? [name] : parts;
}

function reachesDocumentation(
  groups: Readonly<Record<string, unknown>>,
  name: string,
  seen = new Set<string>(),
): boolean {
  if (seen.has(name)) return false;
  seen.add(name);
  return (
    isForDocumentation(name) ||
    includedIn(groups, name).some((part) => reachesDocumentation(groups, part, seen))
  );
}

/** The groups that a group of PEP 735 includes. */
function includedIn(groups: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  return entriesOf(groups, name).flatMap((entry) => include.safeParse(entry).data?.["include-group"] ?? []);
}

function entriesOf(groups: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const entries = groups[name];
  return Array.isArray(entries) ? entries : [];
}

const include = z.object({ "include-group": z.string() });

async function extrasOf(
  tree: Tree,
  { folder, pyproject, setupCfg, hasSetupPy }: ProjectTables,
): Promise<string[]> {
  const { dynamic = [], "optional-dependencies": declared = {} } = pyproject?.project ?? {};
  if (pyproject?.project !== undefined && !dynamic.includes("optional-dependencies"))
    return Object.keys(declared);
  const inSetupCfg = [...(setupCfg?.get("options.extras_require")?.keys() ?? [])];
  if (inSetupCfg.length > 0 || !hasSetupPy) return inSetupCfg;
  const text = (await tree.read(join(folder, "setup.py"))).slice(0, 100_000);
  return [...extrasIn(text).matchAll(/["']([\w-]+)["']\s*:/g)].map(([, name = ""]) => name);
}

/** The literal that a setup.py has for its extras, there or under a name. It is a program: nothing else can be read. */
function extrasIn(text: string): string {
  const behind = (text.split("extras_require", 2)[1] ?? "").slice(0, 10_000);
  const [, name] = /^["']?\s{0,9}[=:]\s{0,9}([A-Za-z_]\w{0,100})\s{0,9}[,)\n]/.exec(behind) ?? [];
  if (name === undefined) return behind;
  const literal = new RegExp(`^${name}\\s{0,9}=\\s{0,9}\\{([^}]{0,10000})\\}`, "m").exec(text)?.[1] ?? "";
  const added = text.matchAll(new RegExp(`^\\s{0,99}${name}\\[(["'][\\w-]{1,100}["'])\\]\\s{0,9}=`, "gm"));
  return [literal, ...[...added].map(([, key = ""]) => `${key}:`)].join("\n");
}

/** The groups and extras of a project that its pipelines name where they install it. */
export async function namedParts(tree: Tree, project: ProjectTables): Promise<TestNeeds> {
  const { testParts: parts = [], pyproject } = project;
  const groups = Object.keys(pyproject?.["dependency-groups"] ?? {});
  return {
    ...noNeeds,
    groups: groups.filter((name) => parts.includes(name)),
    extras: (await extrasOf(tree, project)).filter((name) => parts.includes(name)),
  };
}

/** PDM installs all its groups for development. https://pdm-project.org/latest/usage/dependency/ */
function pdmNeeds({ folder, pyproject }: ProjectTables): TestNeeds {
  const lines = Object.values(pyproject?.tool?.pdm?.["dev-dependencies"] ?? {})
    .flat()
    .filter((line) => typeof line === "string");
  const paths = lines.flatMap(pathsIn);
  return {
    ...noNeeds,
    requirements: [
      ...lines.filter((line) => pathsIn(line).length === 0 && !line.startsWith("-")),
      ...paths.map((path) => `./${path}`),
    ],
    reads: paths.map((path) => join(inside(folder, path), "/")),
  };
}

/** `tests_require` of setup.cfg or setup.py. The latter is a program: only its literals can be read. */
async function setupNeeds(tree: Tree, { folder, setupCfg, hasSetupPy }: ProjectTables): Promise<TestNeeds> {
  const listed = setupCfg?.get("options")?.get("tests_require");
  const inSetupCfg = listed?.split(listed.includes("\n") ? "\n" : ";") ?? [];
  if (inSetupCfg.length > 0 || !hasSetupPy) return needsOf(tree, folder, inSetupCfg);
  const text = (await tree.read(join(folder, "setup.py"))).slice(0, 100_000);
  const value = /\btests_require["']?\s*[=:]\s*(\[[^\]]*\]|\w+)/.exec(text)?.[1] ?? "";
  const list = value.startsWith("[")
    ? value
    : new RegExp(`^${value}\\s*=\\s*(\\[[^\\]]*\\])`, "m").exec(text)?.[1];
  const lines = [...(list ?? "").matchAll(/(["'])((?:(?!\1).)+)\1/g)].map(([, , line = ""]) => line);
  return needsOf(tree, folder, lines);
}

/** Whether some of the needs are those of tests: by a name, or by pytest among them. */
function speaksOfTests(
  { pyproject, setupCfg }: ProjectTables,
  { groups, extras, requirements }: TestNeeds,
): boolean {
  const tables = [
    ...groups.map((name) => pyproject?.["dependency-groups"]?.[name]),
    ...extras.map((name) => pyproject?.project?.["optional-dependencies"]?.[name]),
    ...extras.map((name) => setupCfg?.get("options.extras_require")?.get(name)),
    groups.includes("dev") && pyproject?.tool?.uv?.["dev-dependencies"],
    requirements,
  ];
  return [...groups, ...extras].some(isForTests) || JSON.stringify(tables).includes("pytest");
}
