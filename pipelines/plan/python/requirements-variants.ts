import type { Tree } from "#pipelines/plan/tree.ts";
import { normalizedName } from "./normalized-name.ts";

/** A requirements file, by its path and the part of its name that tells what it is for. */
export interface Variant {
  readonly path: string;
  readonly variant: string;
}

/** In contradictions the first one counts: a machine of CI installs what is named for it. */
const order = ["ci", "test", "tests", "testing", "unit", "qa", "dev", "develop", "development", "local"];

/**
 * Picks the requirements files for tests that can be installed together. Nobody installs two files that pin different
 * versions of a package: then those with pytest count first, and among them the one for CI.
 *
 * @param filesOf lists a file, and those that it names with `-r`.
 */
export async function compatible(
  tree: Tree,
  variants: readonly Variant[],
  filesOf: (path: string) => Promise<readonly string[]>,
): Promise<readonly Variant[]> {
  const all = await Promise.all(
    variants.map(async (each) => ({ each, pins: await pinsOf(tree, each, filesOf) })),
  );
  const rank = ({ each, pins }: (typeof all)[number]) =>
    (pins.has("pytest") ? 0 : 100) + ((order.indexOf(each.variant) + 100) % 100);
  const chosen: (typeof all)[number][] = [];
  for (const one of [...all].sort((a, b) => rank(a) - rank(b))) {
    if (chosen.every((other) => !contradict(one.pins, other.pins))) chosen.push(one);
  }
  return variants.filter((variant) => chosen.some(({ each }) => each === variant));
}

/** The version that a file pins for each package; empty text: it names the package without a version of its own. */
type Pins = ReadonlyMap<string, string>;

async function pinsOf(
  tree: Tree,
  { path }: Variant,
  filesOf: (path: string) => Promise<readonly string[]>,
): Promise<Pins> {
  const texts = await Promise.all((await filesOf(path)).map((file) => tree.read(file)));
  const lines = texts.flatMap((text) => text.split("\n"));
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const name = /^\s*([A-Za-z0-9][\w.-]*)/.exec(line)?.[1];
      if (name === undefined) return [];
      // Behind a marker, another line may have another version.
      const version = line.includes(";") ? undefined : /==\s*([\w.!+]+)\s*(?:$|[\\#\s])/.exec(line)?.[1];
      return [[normalizedName(name), version ?? ""]];
    }),
  );
}

function contradict(one: Pins, other: Pins): boolean {
  return [...one].some(([name, version]) => {
    const pinned = other.get(name) ?? "";
    return version !== "" && pinned !== "" && version !== pinned;
  });
}
