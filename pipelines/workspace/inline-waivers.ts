import { type InlineWaiver, type InlineWaivers, inlineWaiversIn } from "#pipelines/gates/inline-waiver.ts";
import { readRows, searchSource } from "./search-source.ts";
import type { Workspace } from "./workspace.ts";

/** In prose, a waiver is only an example. */
const prose = ["*.md", "*.rst", "*.txt", "*.adoc"];

/** Searches the whole source for waivers in the code. */
export async function findInlineWaivers({ source, pythonImage }: Workspace): Promise<InlineWaivers> {
  try {
    return {
      waivers: readInlineWaivers(
        await searchSource(pythonImage(), source, "slipway:[[:blank:]]*ignore", prose),
      ),
    };
  } catch (error) {
    return { waivers: [], fault: error instanceof Error ? error.message.slice(0, 200) : String(error) };
  }
}

/** Reads the waivers in what `searchSource` printed. */
export function readInlineWaivers(output: string): readonly InlineWaiver[] {
  return readRows(output).flatMap(({ path, line, text }) => inlineWaiversIn(text, path, line));
}
