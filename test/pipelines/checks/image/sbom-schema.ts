import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { findGo } from "../../../../ci/engine/go.ts";

const published = createRequire(import.meta.url);
const syftModule = fileURLToPath(new URL("../../../../ci/engine/go/syft/", import.meta.url));

/** The official schema of CycloneDX 1.6, as its npm package carries it. */
export function cycloneDxSchema(): ValidateFunction {
  const folder = join(published.resolve("@cyclonedx/cyclonedx-library/package.json"), "../res/schema");
  const read = (name: string): object =>
    JSON.parse(readFileSync(join(folder, `${name}.SNAPSHOT.schema.json`), "utf8"));
  const ajv = checker();
  for (const name of ["spdx", "jsf-0.82"]) {
    ajv.addSchema(read(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  return ajv.compile(read("bom-1.6"));
}

/** The official schema of SPDX 2.3, as Syft's Go module carries it: the one that Syft's own tests take. */
export async function spdxSchema(): Promise<ValidateFunction> {
  const go = await findGo();
  const args = ["mod", "download", "-json", "github.com/anchore/syft"];
  const answer = execFileSync(go.path, args, { cwd: syftModule, encoding: "utf8" });
  const { Dir }: { Dir: string } = JSON.parse(answer);
  return checker().compile(
    JSON.parse(readFileSync(join(Dir, "schema/spdx-json/spdx-schema-2.3.json"), "utf8")),
  );
}

/** What a schema has against a document; nothing against a valid one. */
export function faultsBy(validate: ValidateFunction, document: unknown): readonly string[] {
  validate(document);
  return (validate.errors ?? []).slice(0, 5).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function checker(): Ajv {
  const ajv = new Ajv({ strict: false });
  addFormats.default(ajv);
  // Those of later drafts, by what they have in common with the ones above.
  ajv.addFormat("iri-reference", /^\S*$/);
  ajv.addFormat("idn-email", /^\S+@\S+$/);
  return ajv;
}
