import { writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

import { jsonSchema } from "../pipelines/config/json-schema.ts";
import { errorCodes } from "../pipelines/errors.ts";
import { findingsJsonSchema } from "../pipelines/findings-file.ts";
import { summaryJsonSchema } from "../pipelines/summary.ts";

/** The checked-in files that are made from the code, by their paths from the top of this repository. */
export function generated(): ReadonlyMap<string, string> {
  return new Map([
    ["pipelines/config/slipway.schema.json", schemaText(jsonSchema())],
    ["pipelines/summary.schema.json", schemaText(summaryJsonSchema())],
    ["pipelines/findings.schema.json", schemaText(findingsJsonSchema())],
    ["pipelines/errors.md", errorTable()],
  ]);
}

function schemaText(schema: object): string {
  return `${compact(JSON.stringify(schema, null, 2))}\n`;
}

/** Puts lists of plain values on one line, as the formatter of this repository does. */
function compact(json: string): string {
  return json.replace(/\[\n[^[\]{}]*\]/g, (list) =>
    list
      .replace(/\s*\n\s*/g, " ")
      .replace("[ ", "[")
      .replace(" ]", "]"),
  );
}

function errorTable(): string {
  const rows = Object.entries(errorCodes).map(
    ([code, meaning]) => `| \`${code}\` | ${meaning.replaceAll("|", "\\|")} |`,
  );
  return [
    "# Error codes",
    "",
    "Made from errors.ts by `npm run generate`.",
    "",
    "| code | meaning |",
    "| --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [path, text] of generated()) await writeFile(new URL(`../${path}`, import.meta.url), text);
}
