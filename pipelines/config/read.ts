import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type Document, parse } from "#pipelines/yaml/document.ts";
import type { Config } from "./config.ts";
import { type Fault, faultsOf, formatFault, formatPath } from "./fault.ts";
import { schema } from "./schema.ts";

/**
 * The place of a configuration. `source`: the file at the top of the source. `root`: the file in the folder that
 * `root` names, which must not set `root` itself.
 */
export type ConfigPlace = "source" | "root";

/** A config, or all of its faults. */
export type Reading =
  | { readonly config: Config }
  | { readonly code: "CONFIG_INVALID" | "CONFIG_UNREADABLE"; readonly faults: readonly Fault[] };

const remedy = "Correct each listed place. schemas/slipway.schema.json describes every key.";

/** The most faults that an error's message lists. */
const mostListed = 50;

/**
 * Reads slipway.yaml and returns its settings, with defaults for everything that it leaves out.
 *
 * Fails with CONFIG_UNREADABLE when the text is not one YAML document of at most 256 KiB. Fails with
 * CONFIG_INVALID when it does not match the schema. Either error names every fault with its line and column.
 *
 * @param text the file's content; undefined if there is no file, which means the same as an empty one.
 * @param file the file's path, for messages.
 * @param place where the file was found; default: `source`.
 */
export function readConfig(text: string | undefined, file: string, place: ConfigPlace = "source"): Config {
  const reading = checkConfig(text, place);
  if ("config" in reading) return reading.config;
  const { code, faults } = reading;
  const lines = faults.slice(0, mostListed).map((fault) => `\n  ${formatFault(fault, file)}`);
  const more = faults.length > mostListed ? `\n  and ${faults.length - mostListed} more` : "";
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  throw new SlipwayError(code, `${plain(file)} has ${count}:${lines.join("")}${more}`, remedy);
}

/**
 * Checks the text of a slipway.yaml and returns the config or all of its faults, in the order of the file.
 *
 * @param text the file's content; undefined if there is no file.
 * @param place where the file was found; default: `source`.
 */
export function checkConfig(text: string | undefined, place: ConfigPlace = "source"): Reading {
  const document = parse(text ?? "");
  if (!("value" in document)) {
    return {
      code: "CONFIG_UNREADABLE",
      faults: document.map(({ text: found, ...place }) => ({ ...place, path: "", found })),
    };
  }
  const result = schema.safeParse(document.value ?? {});
  const faults = [
    ...document.faults.map(({ text: found, path, ...place }) => ({
      ...place,
      path: formatPath(path),
      found,
    })),
    ...(result.success ? [] : faultsOf(result.error.issues, document)),
    ...rootFaults(document, place),
  ];
  if (result.success && faults.length === 0) return { config: result.data };
  return {
    code: "CONFIG_INVALID",
    faults: faults.sort((one, other) => one.line - other.line || one.column - other.column),
  };
}

/** Checks `root`: no other key may stand beside it, and the file in its folder must not set it again. */
function rootFaults({ value, placeOfKey }: Document, place: ConfigPlace): readonly Fault[] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "root")) return [];
  const wrong =
    place === "root" ? ["root"] : Object.keys(value).filter((key) => !["version", "root"].includes(key));
  const found = place === "root" ? "found root in a file that another root points to" : "found beside root";
  const allowed = place === "root" ? "every other key" : "version, root";
  return wrong.map((key) => ({ ...placeOfKey([key]), path: plain(key), found, allowed }));
}
