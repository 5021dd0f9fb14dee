import { readConfig } from "#pipelines/config/read.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import { plain } from "#pipelines/text/quote.ts";
import type { FoundService } from "./found-services.ts";
import { scalar } from "./scalar.ts";
import { slipwayVersion } from "./slipway-version.ts";

const schemaUrl = `https://raw.githubusercontent.com/${slipwayVersion.repository}/main/pipelines/config/slipway.schema.json`;

const head = `# yaml-language-server: $schema=${schemaUrl}
# What Slipway checks in this repository. What is not said here has a default, or is found in what the repository
# holds; the schema above describes every key.
version: 1

# A service that is added to the repository later is named here too.
services:
`;

const containers = `    # Containers that the tests need, each under its name as host:
    # test:
    #   env: { DATABASE_URL: "postgresql://postgres:postgres@postgres:5432/postgres" }
    #   containers: { postgres: { image: "postgres:17", port: 5432, env: { POSTGRES_PASSWORD: postgres } } }
`;

const gates = `
# What stops a change, with the defaults:
# gates:
#   coverage: 80 # percent of each service's lines
#   severity: [CRITICAL, HIGH]
`;

const untested = `    # No tests were found: ci fails until there are some, or with
    # test: false
`;

/**
 * Writes slipway.yaml: what was found, with comments that teach, and nothing that is the default already.
 *
 * @param overlays the kustomize overlays whose images ci sets.
 * @throws CONFIG_INVALID if it would not hold to its own schema.
 */
export function configurationText(services: readonly FoundService[], overlays: readonly string[]): string {
  const written = services.map((service, at) => entry(service) + (at === 0 ? hint(service) : ""));
  const bump = `\n# ci shows that the images which it checked can be named here, by digest; it writes them into its reports alone.\nbump:\n  overlays:\n`;
  const places = overlays.map((overlay) => `    - ${scalar(overlay)}\n`);
  const text = head + written.join("\n") + (places.length === 0 ? "" : bump + places.join("")) + gates;
  readConfig(text, "slipway.yaml");
  return text;
}

function entry({ name, path, planned, hasTests, container, image }: FoundService): string {
  const named =
    image === undefined
      ? `    # The image's name, which the bump and a release need:\n    # image: { name: registry.example.com/${name} }\n`
      : `    image:\n      name: ${scalar(image)}\n`;
  return [
    `  ${scalar(name)}:${planned === undefined ? "" : ` # ${described(planned)}`}\n`,
    `    path: ${scalar(path)}\n`,
    hasTests ? "" : untested,
    container === undefined ? "" : named,
  ].join("");
}

function hint({ hasTests }: FoundService): string {
  return hasTests ? containers : "";
}

/** What was found and is not written down, in one line: names from outside are quoted, and have no line end. */
function described({ pythons, dependencies, lint, types }: PlannedService): string {
  const tools = [...(lint || []), ...(types || [])].map(({ tool }) => tool);
  const from =
    dependencies.kind === "none" ? "no dependencies" : `dependencies from ${sourceOf(dependencies)}`;
  return [`Python ${pythons.join(", ")}`, from, tools.join(", ")].filter((part) => part !== "").join("; ");
}

function sourceOf(dependencies: Exclude<PlannedService["dependencies"], { kind: "none" }>): string {
  switch (dependencies.kind) {
    case "uv-lock":
      return "uv.lock";
    case "lock":
      return `${dependencies.tool}'s lock`;
    case "requirements":
      return dependencies.files.map(({ path }) => plain(path)).join(", ");
    case "project":
      return plain(dependencies.manifest ?? "pyproject.toml");
  }
}
