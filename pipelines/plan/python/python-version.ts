import { pythonVersions } from "#pipelines/config/schema.ts";
import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { plain, quote } from "#pipelines/text/quote.ts";
import { readPipfile } from "./pipfile.ts";
import type { ProjectTables } from "./project.ts";

type Release = readonly number[];
type Test = (version: Release) => boolean;

/**
 * Finds the lowest supported `3.Y` with a release that satisfies a version specifier (PEP 440, and Poetry's `^`,
 * `~` and `||`). Fails with PROJECT_INVALID when the specifier is malformed or allows no supported version.
 *
 * @param specifier `>=3.11,<4`, `~=3.12`, `==3.11.*`, `^3.11`.
 * @param file its file, for the message.
 */
export function lowestPython(specifier: string, file: string): string {
  if (specifier.length > 500) return refuse(file, "has a version specifier that is too long");
  const found = pythonVersions.find((version) => allows(specifier, version, file));
  if (found !== undefined) return found;
  return refuse(file, `requires Python ${quote(specifier)}; supported: ${pythonVersions.join(", ")}`);
}

/** Whether a release of a version such as 3.12 satisfies a version specifier. Fails as `lowestPython` does. */
export function allows(specifier: string, version: string, file: string): boolean {
  const ways = specifier.split("||").map((way) => clauses(way, file));
  return ways.some((tests) => releases(version).some((release) => tests.every((holds) => holds(release))));
}

/** Finds the version specifier of a service's project, and its file; undefined if there is none. */
export async function requirementOf(
  tree: Tree,
  { folder, pyproject, setupCfg, hasSetupPy }: ProjectTables,
): Promise<{ specifier: string; file: string } | undefined> {
  const poetry = pyproject?.tool?.poetry?.dependencies?.python;
  const inPyproject =
    pyproject?.project?.["requires-python"] ?? (typeof poetry === "string" ? poetry : undefined);
  if (inPyproject !== undefined) return { specifier: inPyproject, file: join(folder, "pyproject.toml") };
  const inSetupCfg = setupCfg?.get("options")?.get("python_requires");
  if (inSetupCfg !== undefined) return { specifier: inSetupCfg, file: join(folder, "setup.cfg") };
  const inPipfile = (await readPipfile(tree, folder))?.requires;
  const pinned = inPipfile?.python_full_version ?? inPipfile?.python_version;
  if (pinned !== undefined) return { specifier: pinned, file: join(folder, "Pipfile") };
  if (!hasSetupPy) return undefined;
  const file = join(folder, "setup.py");
  const specifier = /\bpython_requires\s*=\s*["']([^"'\n]{1,200})["']/.exec(await tree.read(file))?.[1];
  return specifier === undefined ? undefined : { specifier, file };
}

function releases(version: string): readonly Release[] {
  const minor = Number(version.slice(2));
  return Array.from({ length: 50 }, (_, patch) => [3, minor, patch]);
}

function clauses(way: string, file: string): readonly Test[] {
  const parts = way.split(/,|(?<=[\d*])\s+(?=[<>=!~^])/).map((part) => part.trim());
  const filled = parts.filter((part) => part !== "");
  if (filled.length === 0 && way !== "") return [];
  return filled.map(
    (part) => clause(part) ?? refuse(file, `has an invalid version specifier: ${quote(part)}`),
  );
}

function clause(text: string): Test | undefined {
  const match =
    /^(===|==|~=|!=|<=|>=|<|>|\^|~|=)?\s*v?(\d{1,4}(?:\.\d{1,4}){0,3})(\.\*|(?:a|b|rc|\.?dev)\d*)?$/.exec(
      text,
    );
  if (match === null) return text === "*" ? () => true : undefined;
  const bound = (match[2] ?? "").split(".").map(Number);
  const series = match[3] === ".*";
  const starts: Test = (version) => bound.every((part, index) => version[index] === part);
  switch (match[1] ?? (series ? "==" : "~")) {
    case "==":
    case "===":
    case "=":
      return series ? starts : (version) => compare(version, bound) === 0;
    case "!=":
      return series ? (version) => !starts(version) : (version) => compare(version, bound) !== 0;
    case ">=":
      return (version) => compare(version, bound) >= 0;
    case "<=":
      return (version) => compare(version, bound) <= 0;
    case ">":
      return (version) => compare(version, bound) > 0;
    case "<":
      return (version) => compare(version, bound) < 0;
    case "~=":
      return bound.length < 2 ? undefined : between(bound, bound.length - 2);
    case "^":
      return between(bound, 0);
    default:
      return between(bound, Math.min(1, bound.length - 1));
  }
}

/** At least the bound, and below the next version at one of its positions: `~=3.11` is `>=3.11,<4`. */
function between(bound: Release, place: number): Test {
  const next = bound.slice(0, place + 1).map((part, index) => (index === place ? part + 1 : part));
  return (version) => compare(version, bound) >= 0 && compare(version, next) < 0;
}

function compare(one: Release, other: Release): number {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Fails with PROJECT_INVALID, because a file asks for a Python that there is not. */
export function refuse(file: string, what: string): never {
  throw projectInvalid(
    `${plain(file)} ${what}`,
    "Correct it, or set `python` for the service in slipway.yaml.",
  );
}
