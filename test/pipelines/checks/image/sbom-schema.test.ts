import { expect, test } from "vitest";
import { recorded } from "../../readers/recorded.ts";
import { cycloneDxSchema, faultsBy } from "./sbom-schema.ts";

test("Syft's CycloneDX holds to the official schema, and one with a fault does not", () => {
  const schema = cycloneDxSchema();
  const document = JSON.parse(recorded("sbom.cdx.json"));
  expect(faultsBy(schema, document)).toEqual([]);
  expect(faultsBy(schema, { ...document, specVersion: 1.6 })).not.toEqual([]);
  expect(faultsBy(schema, { ...document, components: [{ name: "a" }] })).not.toEqual([]);
});
