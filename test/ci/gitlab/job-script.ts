import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";

/** The template's job's script alone, as GitLab hands it to the runner's shell. */
export async function jobScript(): Promise<string> {
  const [, template] = parseAllDocuments(await readFile("ci/gitlab/slipway.yml", "utf8"));
  const lines: unknown = template?.getIn(["$[[ inputs.job ]]", "script", 0]);
  if (typeof lines !== "string") throw new Error("the template's job has no script");
  return lines;
}
