import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { planJsonSchema } from "#pipelines/affected/plan-json.ts";
import { jsonSchema } from "#pipelines/config/json-schema.ts";
import { errorCodes } from "#pipelines/errors/errors.ts";
import { schemaAddress } from "#pipelines/init/slipway-version.ts";
import { releaseJsonSchema } from "#pipelines/release/record.ts";
import { findingsJsonSchema } from "#pipelines/reports/findings-json.ts";
import { summaryJsonSchema } from "#pipelines/reports/summary-json.ts";
import { checksPage } from "./reference/checks-page.ts";
import { configPage } from "./reference/config-page.ts";
import { surfaces } from "./reference/declared.ts";
import { libraryPage } from "./reference/library-page.ts";
import { modulePage } from "./reference/module-page.ts";
import { surfaceSource } from "./surface.ts";

const root = new URL("../../", import.meta.url);

/** The checked-in files that are made from the code, by their paths from the top of this repository. */
export function generated(): ReadonlyMap<string, string> {
  return new Map([
    schemaFile("slipway", jsonSchema()),
    schemaFile("summary", summaryJsonSchema()),
    schemaFile("findings", findingsJsonSchema()),
    schemaFile("plan", planJsonSchema()),
    schemaFile("release", releaseJsonSchema()),
    ["src/index.ts", formatted("src/index.ts", surfaceSource())],
    ["docs/reference/errors.md", errorTable()],
    ["docs/reference/checks.md", checksPage()],
    ["docs/reference/config.md", configPage()],
    [
      "docs/reference/library.md",
      libraryPage(root, oldText("docs/reference/library.md"), oldText("CHANGELOG.md")),
    ],
    ["docs/reference/slipway.md", pageFrom("slipway", "src/index.ts", surfaceSource(), "dagger call")],
    ...readdirSync(new URL("modules", root)).map(
      (name) =>
        [
          `docs/reference/${name}.md`,
          pageOf(name, `modules/${name}/src/index.ts`, `dagger call -m modules/${name}`),
        ] as const,
    ),
    ...copies(),
    // A copy: Jenkins takes no library with a symbolic link in it.
    ["ci/jenkins/resources/io/slipway/call.sh", textOf("call.sh")],
    ["ci/gitlab/slipway.yml", gitlabTemplate()],
  ]);
}

/** What several modules have in common, since a module that is installed alone can import nothing beside it. */
const copied: Readonly<Record<string, readonly string[]>> = {
  "coded-error.ts": [
    "checkov",
    "cosign",
    "files",
    "forge",
    "gitleaks",
    "gitops",
    "helm",
    "image",
    "kubeconform",
    "kustomize",
    "python",
    "registry",
    "semgrep",
    "tofu",
    "trivy",
  ],
  "image-grammar.ts": ["cosign", "kustomize", "registry"],
  "retry.ts": ["cosign", "registry"],
  "uv-tool.ts": ["checkov", "files", "python", "semgrep"],
};

function copies(): readonly (readonly [path: string, text: string])[] {
  return Object.entries(copied).flatMap(([file, modules]) => {
    const text = textOf(`scripts/copied/${file}`);
    const header = `// Copied from ci/scripts/copied/${file} by \`npm run generate\`: change it there.\n`;
    return modules.map((name) => [`modules/${name}/src/${file}`, header + text] as const);
  });
}

/** A file as it is in the repository; nothing where it is not there yet. */
function oldText(path: string): string {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function textOf(path: string): string {
  return readFileSync(new URL(`ci/${path}`, root), "utf8");
}

/** GitLab fetches one file and nothing beside it, so the job's scripts stand in it and are written down where it runs. */
function gitlabTemplate(): string {
  const written = ["call.sh", "gitlab/cli.sh", "gitlab/job.sh"].flatMap((path) => [
    `cat >"$folder/${basename(path)}" <<'SLIPWAY_ENDS_HERE'`,
    ...textOf(path).trimEnd().split("\n"),
    "SLIPWAY_ENDS_HERE",
  ]);
  const lines = ["folder=$(mktemp -d)", ...written, 'sh "$folder/job.sh" "$folder"'];
  const block = ["|", ...lines.map((line) => (line === "" ? "" : `      ${line}`))].join("\n");
  return textOf("gitlab/job.yml")
    .replace(/^# .*\n/, "# Made from job.yml, job.sh, cli.sh and ../call.sh by `npm run generate`.\n")
    .replace("SCRIPTS", () => block);
}

function pageOf(name: string, path: string, call: string): string {
  return pageFrom(name, path, readFileSync(new URL(path, root), "utf8"), call);
}

function pageFrom(name: string, path: string, text: string, call: string): string {
  const pins = new URL("pins.ts", new URL(path, root));
  return modulePage(name, call, surfaces(path, text, existsSync(pins) ? readFileSync(pins, "utf8") : ""));
}

/** Formats a source as this repository's formatter does. */
function formatted(path: string, text: string): string {
  const biome = fileURLToPath(new URL("node_modules/.bin/biome", root));
  return execFileSync(biome, ["check", "--write", `--stdin-file-path=${path}`], {
    cwd: fileURLToPath(root),
    input: text,
    encoding: "utf8",
  });
}

/** A schema under the address that it has at this version. */
function schemaFile(name: string, schema: object): readonly [path: string, text: string] {
  const { $schema, ...rest } = { $schema: undefined, ...schema };
  const whole = { $schema, $id: schemaAddress(name), ...rest };
  return [`schemas/${name}.schema.json`, `${compact(JSON.stringify(whole, null, 2))}\n`];
}

/** How long a line may be, as biome.json says. */
const lineWidth = 110;

/** Puts lists of plain values on one line where they fit, as the formatter of this repository does. */
function compact(json: string): string {
  return json.replace(
    /^( *(?:"[^"]*": )?)(\[\n[^[\]{}]*\])(,?)$/gm,
    (lines, before: string, list: string, comma: string) => {
      const short = list
        .replace(/\s*\n\s*/g, " ")
        .replace("[ ", "[")
        .replace(" ]", "]");
      const line = before + short + comma;
      return line.length > lineWidth ? lines : line;
    },
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
  for (const [path, text] of generated()) {
    const file = new URL(path, root);
    await mkdir(dirname(file.pathname), { recursive: true });
    await writeFile(file, text);
  }
}
