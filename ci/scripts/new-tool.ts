import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const templates = fileURLToPath(new URL("new-tool", import.meta.url));

const usage = `Usage: npm run new:tool -- NAME [code|types]

Makes pipelines/tools/NAME, for a tool of the Python package index that checks a service's code or its types, and adds
its line to pipelines/tools/index.ts. Then it prints the next steps.`;

/**
 * Makes the folder of a new tool from the templates, and its line in the list of tools.
 *
 * @param folder the repository.
 * @param name the tool's package: lower-case letters and digits, with `-` between them.
 * @param checks the kind of the check: `code` or `types`.
 * @param version the version to pin.
 * @returns the written files.
 * @throws an error on an invalid name, and if the tool already exists.
 */
export async function newTool(
  folder: string,
  name: string,
  checks: string,
  version: string,
): Promise<readonly string[]> {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || !["code", "types"].includes(checks)) {
    throw new Error(usage);
  }
  const words = name.split("-").map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`);
  const type = words.join("");
  const values: Readonly<Record<string, string>> = {
    NAME: name,
    TYPE: type,
    CONST: `${type[0]?.toLowerCase()}${type.slice(1)}`,
    CHECKS: checks,
    KIND: checks === "types" ? "type" : "lint",
    VERSION: version,
  };
  const to = join(folder, "pipelines/tools", name);
  await mkdir(to); // fails where it is there
  await mkdir(join(to, "recorded"));
  const files: string[] = [];
  for (const template of await readdir(templates)) {
    const text = await readFile(join(templates, template), "utf8");
    const own = template === "engine.test.ts.txt" ? `${name}.engine.test.ts` : template.replace(/\.txt$/, "");
    const path = join("pipelines/tools", name, own);
    await writeFile(
      join(folder, path),
      text.replace(/__([A-Z]+)__/g, (_, key: string) => values[key] ?? key),
    );
    files.push(path);
  }
  const list = join(folder, "pipelines/tools/index.ts");
  const [comment = "", ...lines] = (await readFile(list, "utf8")).trimEnd().split("\n");
  const line = `export { ${values.CONST} } from "./${name}/tool.ts";`;
  const from = (each: string) => /from "\.\/(.*)\//.exec(each)?.[1] ?? "";
  const all = [...lines, line].sort((one, other) => (from(one) < from(other) ? -1 : 1));
  await writeFile(list, `${[comment, ...all].join("\n")}\n`);
  return [...files, "pipelines/tools/index.ts"];
}

/** Asks pip for the newest version on the package index. */
function newestOf(name: string): string {
  const printed = execFileSync("python3", ["-m", "pip", "index", "versions", name], { encoding: "utf8" });
  const version = /\(([^)]+)\)/.exec(printed)?.[1];
  if (version === undefined) throw new Error(`the package index has no ${name}`);
  return version;
}

if (import.meta.filename === process.argv[1]) {
  const [name = "", checks = "code"] = process.argv.slice(2);
  try {
    const files = await newTool(root, name, checks, name === "" ? "" : newestOf(name));
    const report = `pipelines/tools/${name}/recorded/${name}.json`;
    process.stdout.write(
      [
        ...files.map((file) => `wrote ${file}`),
        "",
        "Next steps, with the tool's documentation:",
        "1. tool.ts: set its settings files, command and exit codes.",
        `2. Run it over code with faults, and save its report: ${report}`,
        "3. reader.ts: describe the shape of that report. README.md: write one sentence and the table.",
        `4. npx vitest run pipelines/tools/${name} (the engine test uses the same engine as npm run ci).`,
        "5. npm run generate && npm run check",
        "",
      ].join("\n"),
    );
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
