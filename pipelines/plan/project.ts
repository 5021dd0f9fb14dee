import { parse, TomlError } from "smol-toml";
import { z } from "zod";

import { plain } from "../config/quote.ts";
import { type Ini, parseIni } from "./ini.ts";
import { projectInvalid } from "./refusal.ts";
import { join, type Tree } from "./tree.ts";

const anyTable = z.looseObject({});

/** The parts of pyproject.toml that a plan reads. */
const pyprojectSchema = z.looseObject({
  project: z
    .looseObject({
      name: z.string().optional(),
      "requires-python": z.string().optional(),
      "optional-dependencies": anyTable.optional(),
    })
    .optional(),
  "build-system": anyTable.optional(),
  "dependency-groups": anyTable.optional(),
  tool: z
    .looseObject({
      mypy: anyTable.optional(),
      ruff: anyTable.optional(),
      poetry: z.looseObject({ name: z.string().optional(), dependencies: anyTable.optional() }).optional(),
      uv: z
        .looseObject({
          package: z.boolean().optional(),
          workspace: z
            .looseObject({ members: z.array(z.string()).optional(), exclude: z.array(z.string()).optional() })
            .optional(),
        })
        .optional(),
    })
    .optional(),
});

export type Pyproject = z.output<typeof pyprojectSchema>;

/** What the files of one folder say of the Python project in it. */
export interface Project {
  readonly folder: string;
  readonly pyproject?: Pyproject;
  readonly setupCfg?: Ini;
  readonly hasSetupPy: boolean;
}

/**
 * Reads pyproject.toml and setup.cfg of a folder. Fails with PROJECT_INVALID, file and line where one of them
 * is malformed. setup.py is a program and is not read here.
 */
export async function readProject(tree: Tree, folder: string): Promise<Project> {
  const pyproject = tree.has(folder, "pyproject.toml") ? join(folder, "pyproject.toml") : undefined;
  const setupCfg = tree.has(folder, "setup.cfg") ? join(folder, "setup.cfg") : undefined;
  return {
    folder,
    hasSetupPy: tree.has(folder, "setup.py"),
    ...(pyproject !== undefined && { pyproject: parsePyproject(await tree.read(pyproject), pyproject) }),
    ...(setupCfg !== undefined && { setupCfg: parseIni(await tree.read(setupCfg), setupCfg) }),
  };
}

/** Says whether the folder is a project by itself and not just the place of tools' configuration. */
export function isProject({ pyproject, setupCfg, hasSetupPy }: Project): boolean {
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
 * Says whether the project is installed as a package: it says how it is built, or what uv is to take it for. A setup.cfg needs a setup.py or
 * a pyproject.toml beside it, else neither pip nor uv takes the folder for a project.
 */
export function isPackage({ pyproject, setupCfg, hasSetupPy }: Project): boolean {
  const asked = pyproject?.tool?.uv?.package;
  if (asked !== undefined) return asked;
  if (hasSetupPy || pyproject?.["build-system"] !== undefined) return true;
  return setupCfg?.has("metadata") === true && pyproject !== undefined;
}

/** Parses a pyproject.toml. Fails with PROJECT_INVALID and the place or the key at fault. */
export function parsePyproject(text: string, file: string): Pyproject {
  const result = pyprojectSchema.safeParse(parseToml(text, file));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  const what = `${plain(file)} has ${faults.length} fault(s): ${faults.join("; ")}`;
  throw projectInvalid(what, "Mend the file; its format is packaging.python.org's pyproject.toml.");
}

function parseToml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split("\n")[0] ?? "").replace(/\.$/, "");
    const what = `${plain(file)}:${error.line}:${error.column}: ${reason}`;
    throw projectInvalid(what, "Mend the file; it has to be TOML 1.0.");
  }
}
