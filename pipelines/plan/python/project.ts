import { parse, TomlError } from "smol-toml";
import { z } from "zod";
import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { allExtras, allGroups } from "./calls/installs.ts";
import { isForDevelopment, isForDocumentation } from "./for-tests.ts";
import { type Ini, parseIni } from "./ini.ts";

const anyTable = z.looseObject({});

const indexes = z.array(z.looseObject({ name: z.string(), url: z.string().optional() }));

const poetry = z.looseObject({
  name: z.string().optional(),
  "package-mode": z.boolean().optional(),
  packages: z
    .array(z.looseObject({ from: z.string().optional() }))
    .optional()
    .catch(undefined),
  dependencies: anyTable.optional(),
  "dev-dependencies": anyTable.optional(),
  group: z
    .record(
      z.string(),
      z.looseObject({ optional: z.boolean().optional(), dependencies: anyTable.optional() }),
    )
    .optional(),
  extras: anyTable.optional(),
  source: indexes.optional(),
});

/** The parts of pyproject.toml that a plan reads. */
const pyprojectSchema = z.looseObject({
  project: z
    .looseObject({
      name: z.string().optional(),
      "requires-python": z.string().optional(),
      dependencies: z.array(z.string()).optional(),
      dynamic: z.array(z.string()).optional(),
      "optional-dependencies": anyTable.optional(),
    })
    .optional(),
  "build-system": anyTable.optional(),
  "dependency-groups": anyTable.optional(),
  tool: z
    .looseObject({
      poetry: poetry.optional(),
      pdm: z
        .looseObject({
          distribution: z.boolean().optional(),
          "dev-dependencies": anyTable.optional(),
          source: indexes.optional(),
        })
        .optional(),
      uv: z
        .looseObject({
          package: z.boolean().optional(),
          sources: anyTable.optional(),
          "dev-dependencies": z.array(z.string()).optional(),
          "default-groups": z.union([z.literal("all"), z.array(z.string())]).optional(),
          workspace: z
            .looseObject({ members: z.array(z.string()).optional(), exclude: z.array(z.string()).optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

export type Pyproject = z.output<typeof pyprojectSchema>;

/** The files of a folder that declare a project. */
export function projectPaths(tree: Tree, folder: string): string[] {
  const names = ["pyproject.toml", "setup.cfg", "setup.py"].filter((name) => tree.has(folder, name));
  return names.map((name) => join(folder, name));
}

/** The Python project of one folder, as its files declare it. */
export interface ProjectTables {
  readonly folder: string;
  readonly pyproject?: Pyproject;
  readonly setupCfg?: Ini;
  readonly toxIni?: Ini;
  readonly hasSetupPy: boolean;
  /** Whether it has a folder src, from which Poetry takes a package without being told. */
  readonly hasSrc: boolean;
  /** The extras and groups that its pipelines install for their tests. Absent: not looked up. */
  readonly testParts?: readonly string[];
  /** Whether its pipelines take uv's lock as it is, also if that does not match the project. */
  readonly isFrozen?: boolean;
  /** Whether tox runs its tests, in an environment of its own making. */
  readonly isTestedByTox?: boolean;
}

/**
 * Reads pyproject.toml, setup.cfg and tox.ini of a folder. Fails with PROJECT_INVALID and file and line when one of
 * them is malformed. setup.py is a program and is not read here.
 */
export async function readProject(tree: Tree, folder: string): Promise<ProjectTables> {
  const pyproject = tree.has(folder, "pyproject.toml") ? join(folder, "pyproject.toml") : undefined;
  const setupCfg = tree.has(folder, "setup.cfg") ? join(folder, "setup.cfg") : undefined;
  const toxIni = tree.has(folder, "tox.ini") ? join(folder, "tox.ini") : undefined;
  return {
    folder,
    hasSetupPy: tree.has(folder, "setup.py"),
    hasSrc: await tree.hasFolder(join(folder, "src")),
    ...(pyproject !== undefined && { pyproject: parsePyproject(await tree.read(pyproject), pyproject) }),
    ...(setupCfg !== undefined && { setupCfg: parseIni(await tree.read(setupCfg), setupCfg) }),
    ...(toxIni !== undefined && { toxIni: parseIni(await tree.read(toxIni), toxIni) }),
  };
}

/** Whether the folder is a project by itself, and not just a place for settings of tools. */
export function isProject({ pyproject, setupCfg, hasSetupPy }: ProjectTables): boolean {
  return (
    hasSetupPy ||
    pyproject?.project !== undefined ||
    pyproject?.["build-system"] !== undefined ||
    pyproject?.tool?.poetry !== undefined ||
    setupCfg?.has("metadata") === true ||
    setupCfg?.has("options") === true
  );
}

/**
 * Whether the project is installed as a package: it declares a build, or is one of Poetry with its code in another
 * folder, and does not tell uv, Poetry or PDM otherwise. A setup.cfg needs a setup.py or a pyproject.toml beside it. Otherwise, neither pip nor uv treats the
 * folder as a project.
 */
export function isPackage({ pyproject, setupCfg, hasSetupPy, hasSrc }: ProjectTables): boolean {
  const { uv, poetry, pdm } = pyproject?.tool ?? {};
  const asked = uv?.package ?? poetry?.["package-mode"] ?? pdm?.distribution;
  if (asked === false) return false;
  if (uv?.package === true) return true;
  if (hasSetupPy || pyproject?.["build-system"] !== undefined) return true;
  if (setupCfg?.has("metadata") === true && pyproject !== undefined) return true;
  // Poetry installs its project without `[build-system]` too. Tests find a package at the top by themselves.
  return poetry?.name !== undefined && (hasSrc || poetry.packages?.some(({ from }) => from) === true);
}

/** Whether tests need an extra: it is named for them, or pipelines install it for them. */
export function isExtraForTests({ testParts = [] }: ProjectTables, name: string): boolean {
  return isForDevelopment(name) || [allExtras, name].some((part) => testParts.includes(part));
}

/** Whether tests need a group: as an extra, but for documentation only if it is named. */
export function isGroupForTests({ testParts = [] }: ProjectTables, name: string): boolean {
  const isAmongAll = testParts.includes(allGroups) && !isForDocumentation(name);
  return isForDevelopment(name) || isAmongAll || testParts.includes(name);
}

/** Parses a pyproject.toml. Fails with PROJECT_INVALID and the place or key of the fault. */
export function parsePyproject(text: string, file: string): Pyproject {
  const result = pyprojectSchema.safeParse(parseToml(text, file));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const what = `${plain(file)}: ${faults.join("; ")}`;
  throw projectInvalid(what, "Correct these keys. packaging.python.org specifies pyproject.toml.");
}

/** Parses TOML. Fails with PROJECT_INVALID and the place of the fault. */
export function parseToml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split("\n")[0] ?? "").replace(/\.$/, "");
    const what = `${plain(file)}:${error.line}:${error.column}: ${reason}`;
    throw projectInvalid(what, "Correct this place. The file must be TOML 1.0.");
  }
}
