import { readConfig } from "#pipelines/config/read.ts";
import type { PlannedService } from "#pipelines/plan/plan.ts";
import type { Preparation } from "#pipelines/plan/python/calls/preparation.ts";
import { plain } from "#pipelines/text/quote.ts";
import type { FoundService } from "./found-services.ts";
import { scalar } from "./scalar.ts";
import { schemaAddress } from "./slipway-version.ts";

const head = `# yaml-language-server: $schema=${schemaAddress("slipway")}
# Settings of Slipway for this repository. A key that is missing here has a default, or Slipway finds its value.
# The schema above describes every key.
version: 1

`;

const listed = `# Add each new service of the repository here.
services:
`;

const unlisted = `# The repository has no Python service: its manifests and infrastructure are checked. Add each new service here:
# services:
#   orders:
#     path: services/orders
`;

const containers = `    # Containers that the tests need. The key is the host name:
    # test:
    #   env: { DATABASE_URL: "postgresql://postgres:postgres@postgres:5432/postgres" }
    #   containers: { postgres: { image: "postgres:17", port: 5432, env: { POSTGRES_PASSWORD: postgres } } }
`;

const gates = `
# The gates that stop a change, with their defaults:
# gates:
#   coverage: 80 # percent of each service's lines, unless its coverage.py has a fail_under
#   severity: [CRITICAL, HIGH]
`;

const untested = `    # No tests were found, so ci fails. Add tests, or set
    # test: false
`;

/**
 * Writes slipway.yaml from the found services, with comments that teach, and without values that are the default.
 *
 * @param overlays the kustomize overlays whose images ci sets.
 * @throws CONFIG_INVALID if the text does not match its own schema.
 */
export function configurationText(services: readonly FoundService[], overlays: readonly string[]): string {
  const written = services.map((service, at) => entry(service) + (at === 0 ? hint(service) : ""));
  const bump = `\n# ci tests that these overlays accept the checked images by digest. It writes the result only to its reports.\nbump:\n  overlays:\n`;
  const places = overlays.map((overlay) => `    - ${scalar(overlay)}\n`);
  const text =
    head +
    (written.length === 0 ? unlisted : listed) +
    written.join("\n") +
    (places.length === 0 ? "" : bump + places.join("")) +
    gates;
  readConfig(text, "slipway.yaml");
  return text;
}

function entry({ name, path, planned, hasTests, container, image }: FoundService): string {
  const named =
    image === undefined
      ? `    # The bump and a release need the image's name:\n    # image: { name: registry.example.com/${name} }\n`
      : `    image:\n      name: ${scalar(image)}\n`;
  return [
    `  ${scalar(name)}:${planned === undefined ? "" : ` # ${described(planned)}`}\n`,
    `    path: ${scalar(path)}\n`,
    hasTests ? "" : untested,
    hasTests && planned?.preparation !== undefined ? testOf(planned.preparation) : "",
    container === undefined ? "" : named,
  ].join("");
}

function hint({ hasTests, planned }: FoundService): string {
  const hasContainers = Object.keys(planned?.askedTests?.containers ?? {}).length > 0;
  return hasTests && planned?.preparation === undefined && !hasContainers ? containers : "";
}

/** What the tests need by the repository's own pipeline. Commands that need a database wait for its container. */
function testOf({ by, packages, before, withDatabase }: Preparation): string {
  const list = (key: string, words: readonly string[]) => `${key}: [${words.map(scalar).join(", ")}]\n`;
  const active = [
    ...(packages.length === 0 ? [] : [`      ${list("packages", packages)}`]),
    ...(before.length === 0 ? [] : [`      ${list("before", before)}`]),
  ];
  const later =
    withDatabase.length === 0
      ? ""
      : `    # ${plain(by)} also prepares a database. Add it under \`test.containers\`, and then:\n    #   ${list("before", [...before, ...withDatabase])}`;
  return (active.length === 0 ? "" : `    test: # as in ${plain(by)}\n${active.join("")}`) + later;
}

/**
 * Describes in one line the facts that are found but not written down. Names from outside are quoted and contain no
 * line end.
 */
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
