import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The versions that the modules pin, for what the script takes from PyPI. */
export interface Pins {
  readonly uv: string;
  readonly ruff: string;
  /** pytest, pytest-cov and mypy as requirements. */
  readonly testTools: readonly string[];
}

/** Reads the pins out of modules/python. Fails with PIN_NOT_FOUND when they are written otherwise. */
export async function readPins(root: string): Promise<Pins> {
  return pinsIn(await readFile(join(root, "modules/python/src/pins.ts"), "utf8"));
}

export function pinsIn(text: string): Pins {
  const pins = /const pins = \{(.*?)\n\};/s.exec(text)?.[1] ?? "";
  const find = (pattern: RegExp) => {
    const found = pattern.exec(pins)?.[1];
    if (found === undefined)
      throw new Error(`PIN_NOT_FOUND: ${pattern} in modules/python. Mend test/bench/pins.ts.`);
    return found;
  };
  const requirements = [...find(/testTools: \[(.*?)\]/s).matchAll(/"([^"]+)"/g)].flatMap(
    ([, pin]) => pin ?? [],
  );
  // The script runs on a newer Python than the oldest.
  const testTools = requirements
    .filter((each) => !each.includes("python_version <"))
    .map((each) => each.replace(/;.*/, ""));
  return { uv: find(/"[^"]*\/uv:([\d.]+)"/), ruff: find(/"[^"]*\/ruff:([\d.]+)"/), testTools };
}
