import { valueIn } from "#pipelines/yaml/document.ts";
import type { OwnFiles } from "./tool.ts";

/** Reads a tool's settings in YAML. A file that cannot be read gives no settings: the tool itself reports it. */
export async function readSettings(own: OwnFiles, file: string | undefined): Promise<unknown> {
  if (file === undefined) return undefined;
  return valueIn(await own.read(file).catch(() => ""));
}
