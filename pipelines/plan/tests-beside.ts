import { posix } from "node:path";
import type { Test } from "#pipelines/config/config.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { isWithin, join, joinInside } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { pytestPaths } from "./python/pytest-settings.ts";
import { isTestFile } from "./python/test-file.ts";
import { type Tree, upwards } from "./tree.ts";

/** A service's tests, with what they read outside of its folder. */
export interface PlacedTests {
  readonly test: Test | false;
  /** Files and folders of the source outside of the service's folder; folders end with `/`. */
  readonly besides: readonly string[];
}

/**
 * Finds the files outside of a service's folder that its tests read: those that slipway.yaml names by `files` and
 * `paths`, those of pytest's `pythonpath`, and files of variables above it, as `.env`. A service without tests of its own has those of a folder `tests` beside
 * or above it: `tests/NAME`, or `tests` itself if it is the only service there.
 *
 * Fails with PATH_OUTSIDE_SOURCE and PATH_NOT_FOUND for a path in slipway.yaml.
 *
 * @param others the folders of all services.
 */
export async function placeTests(
  tree: Tree,
  { name, path, test }: { readonly name: string; readonly path: string; readonly test: Test | false },
  others: readonly string[],
): Promise<PlacedTests> {
  if (test === false) return { test, besides: [] };
  const named = [
    ...test.files.map((each) => ["files", each] as const),
    ...[test, ...Object.values(test.suites ?? {})].flatMap(({ paths = [] }) =>
      paths.map((each) => ["paths", each] as const),
    ),
  ];
  const besides: string[] = [];
  for (const [key, each] of named) {
    const where = `\`services.${plain(name)}.test.${key}\``;
    const at = joinInside(path, each);
    if (at === undefined) {
      throw new SlipwayError(
        "PATH_OUTSIDE_SOURCE",
        `${where}: ${plain(each)} leads out of the source`,
        "Use a path to a file or folder inside the source.",
      );
    }
    const found = isWithin(at, path) ? "" : await existing(tree, at);
    if (found === undefined) {
      throw new SlipwayError(
        "PATH_NOT_FOUND",
        `${where}: no such file or folder in the source: ${plain(at)}`,
        "Correct the path in slipway.yaml, or add the file.",
      );
    }
    if (found !== "") besides.push(found);
  }
  const isTold = test.suites !== undefined || test.paths !== undefined;
  const beside = isTold ? undefined : await testsBeside(tree, path, others);
  const settled = await Promise.all(
    (await pytestPaths(tree, path))
      .filter((each) => !isWithin(each, path))
      .map((each) => existing(tree, each)),
  );
  const above = upwards(path).filter((folder) => folder !== path);
  const paths = above.length === 0 ? new Set<string>() : await tree.paths();
  const variables = above
    .flatMap((folder) => environmentFiles.map((name) => join(folder, name)))
    .filter((file) => paths.has(file));
  const all = [
    ...besides,
    ...variables,
    ...(beside === undefined ? [] : [`${beside}/`]),
    ...settled.flatMap((each) => each ?? []),
  ];
  return {
    test: beside === undefined ? test : { ...test, paths: [posix.relative(path, beside)] },
    besides: [...new Set(all)].sort(),
  };
}

/** The files of variables that a repository may hold, because they have no secrets or are an example. */
const environmentFiles = [".env", ".env.test", ".env.testing", ".env.ci", ".env.example", ".env.sample"];

async function existing(tree: Tree, path: string): Promise<string | undefined> {
  if (await tree.hasFolder(path)) return `${path}/`;
  return (await tree.hasFile(path)) ? path : undefined;
}

async function testsBeside(tree: Tree, path: string, others: readonly string[]): Promise<string | undefined> {
  if (path === ".") return undefined;
  const tests = (await tree.all()).filter(isTestFile);
  const inside = (folder: string) => tests.some((file) => isWithin(file, folder));
  if (inside(path)) return undefined;
  const isFree = (folder: string) => !others.some((other) => isWithin(folder, other) && other !== ".");
  const candidates = upwards(posix.dirname(path)).flatMap((above) => {
    const isOnly = others.filter((other) => isWithin(other, above)).length === 1;
    const names = [posix.basename(path), posix.relative(above, path)];
    return ["tests", "test"].flatMap((folder) =>
      [...names, ...(isOnly ? ["."] : [])].map((each) => join(above, join(folder, each))),
    );
  });
  return candidates.find((folder) => isFree(folder) && inside(folder));
}
