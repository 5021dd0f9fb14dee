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

/** The checked-in files that are made from the code, by their paths in this repository. */
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
    // A copy, because Jenkins accepts no library that contains a symlink.
    ["ci/jenkins/resources/io/slipway/call.sh", textOf("call.sh")],
    ["ci/gitlab/slipway.yml", gitlabTemplate()],
  ]);
}

/**
 * Files that several modules share. They are copied, because a module that is installed alone can import no other.
 */
const copied: Readonly<Record<string, readonly string[]>> = {
  "coded-error.ts": [
    "argocd",
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
    "prometheus",
    "python",
    "registry",
    "semgrep",
    "tofu",
    "trivy",
  ],
  "image-grammar.ts": ["cosign", "kustomize", "registry"],
  "json.ts": ["cosign", "gitops", "prometheus", "registry"],
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

/** Returns a file's text as it is in the repository; empty if the file does not exist yet. */
function oldText(path: string): string {
  const file = new URL(path, root);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

function textOf(path: string): string {
  return readFileSync(new URL(`ci/${path}`, root), "utf8");
}

/**
 * GitLab fetches one file only. So the template contains the job's scripts and writes them to files where it runs.
 */
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

/** Returns a schema with its address in this version. */
function schemaFile(name: string, schema: object): readonly [path: string, text: string] {
  const { $schema, ...rest } = { $schema: undefined, ...schema };
  const whole = { $schema, $id: schemaAddress(name), ...rest };
  return [`schemas/${name}.schema.json`, `${compact(JSON.stringify(whole, null, 2))}\n`];
}

/** The maximum length of a line, as in biome.json. */
const lineWidth = 110;

/** Puts lists of plain values on one line if they fit, as this repository's formatter does. */
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
