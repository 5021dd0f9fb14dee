import { type CatalogEntry, catalog } from "#pipelines/checks/catalog.ts";
import { reportFiles, repositoryKinds } from "#pipelines/findings/check-id.ts";
import {
  codeToolOf,
  fileLinterNames,
  fileToolOf,
  linterNames,
  typeCheckerNames,
} from "#pipelines/tools/registry.ts";
import type { CodeTool, FileTool, SettingsPlace } from "#pipelines/tools/tool.ts";

/** Writes the reference of all checks from the catalog and the list of tools. */
export function checksPage(): string {
  const code = [...linterNames, ...typeCheckerNames].map(codeToolOf);
  return [
    "# Checks",
    "",
    "Generated from the catalog of checks and the list of tools by `npm run generate`. [Checks](../checks.md) explains them.",
    "",
    "## Catalog",
    "",
    "`ci` and `reports` run every entry. With `--shard`, one machine runs a whole unit: all checks of a service, or of a part of the",
    "repository. With `--baseline-ref`, an entry with blocking findings also runs on the base, if the last column says yes.",
    "",
    ...table(["id", "what it checks", "also run by", "unit", "run on a base"], catalog.map(entryRow)),
    "",
    "## Tools for code and types",
    "",
    "With `auto`, a tool runs if its settings are in the service's folder or above it. A hook in `.pre-commit-config.yaml` or a call in a script counts too.",
    "`[tool.NAME]` is a table of pyproject.toml. To choose the tools, set the keys `lint` and `types` of the service.",
    "",
    ...table(["tool", "key", "settings", "hooks", "report"], code.map(codeRow)),
    "",
    "## Tools for other files",
    "",
    "With `auto`, a tool runs if the repository has files for it. To choose the tools, set the key `files.lint`.",
    "",
    ...table(["tool", "run by `auto`", "report"], fileLinterNames.map(fileToolOf).map(fileRow)),
    "",
    "## Reserved names",
    "",
    "A check is named `SERVICE/SUBJECT`, `KIND` or `KIND/SUBJECT`. A service with one of the following names would share a folder with",
    "another check, so its checks are named `services/NAME/SUBJECT`:",
    "",
    `${[...repositoryKinds, ...reportFiles, "services"].map(quoted).join(", ")}.`,
    "",
  ].join("\n");
}

function entryRow({ id, about, functions, unit, runOnBase }: CatalogEntry): readonly string[] {
  return [quoted(id), about, functions.map(quoted).join(", "), unit, runOnBase === undefined ? "no" : "yes"];
}

function codeRow({ name, checks, settings, hooks, report }: CodeTool): readonly string[] {
  const key = checks === "code" ? "lint" : "types";
  return [
    quoted(name),
    quoted(key),
    settings.map(settingsText).join(", "),
    hooks.map(quoted).join(", "),
    quoted(report),
  ];
}

function fileRow({ name, onRequest, report }: FileTool): readonly string[] {
  const when =
    onRequest === undefined ? "yes" : `only with settings for it or the hook ${quoted(onRequest.hook)}`;
  return [quoted(name), when, quoted(report)];
}

function settingsText(place: SettingsPlace): string {
  if ("file" in place) return quoted(place.file);
  if ("pyproject" in place) return quoted(`[tool.${place.pyproject}]`);
  return `${quoted(`[${place.ini}]`)} in ${place.only ?? "setup.cfg or tox.ini"}`;
}

function quoted(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
