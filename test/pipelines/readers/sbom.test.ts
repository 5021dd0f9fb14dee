import { expect, test } from "vitest";
import { readCycloneDx, readSpdx } from "../../../pipelines/readers/sbom.ts";
import { codeOfThrow } from "../code-of-throw.ts";

const spdx = (more: object = {}) =>
  JSON.stringify({
    spdxVersion: "SPDX-2.3",
    dataLicense: "CC0-1.0",
    SPDXID: "SPDXRef-DOCUMENT",
    name: "shop/orders",
    documentNamespace: "https://anchore.com/syft/image/shop-orders-6fa3e5a5",
    creationInfo: {
      licenseListVersion: "3.28",
      creators: ["Organization: Anchore, Inc", "Tool: syft-1.52.0"],
      created: "2026-11-21T09:00:00Z",
    },
    packages: [
      { name: "fastapi", SPDXID: "SPDXRef-Package-python-fastapi-1", versionInfo: "0.1" },
      {
        name: "shop/orders",
        SPDXID: "SPDXRef-DocumentRoot-Image-shop-orders",
        primaryPackagePurpose: "CONTAINER",
      },
    ],
    ...more,
  });

const cyclonedx = (more: object = {}) =>
  JSON.stringify({
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: "urn:uuid:1b6b3f6e-3c0e-4d2e-9a53-0b2a1c9c7d10",
    version: 1,
    metadata: {
      timestamp: "2026-11-21T09:00:00Z",
      component: { "bom-ref": "a", type: "container", name: "shop/orders" },
    },
    components: [
      { type: "library", name: "fastapi" },
      { type: "operating-system", name: "debian" },
      { type: "file", name: "/bin/sh" },
    ],
    ...more,
  });

test("an SPDX document's packages are counted without the thing it describes", () => {
  expect(readSpdx(spdx(), "f")).toEqual({ format: "SPDX 2.3", subject: "shop/orders", packages: 1 });
});

test("a CycloneDX document's packages are counted without files and operating system", () => {
  expect(readCycloneDx(cyclonedx(), "f")).toEqual({
    format: "CycloneDX 1.6",
    subject: "shop/orders",
    packages: 1,
  });
  expect(readCycloneDx(cyclonedx({ components: undefined }), "f").packages).toBe(0);
});

test.each([
  ["another version", spdx({ spdxVersion: "SPDX-3.0" })],
  ["another licence of the data", spdx({ dataLicense: "MIT" })],
  ["no name", spdx({ name: "" })],
  ["a namespace that is no URI", spdx({ documentNamespace: "x" })],
  ["no creator", spdx({ creationInfo: { created: "2026-11-21T09:00:00Z", creators: [] } })],
  ["a creator of no kind", spdx({ creationInfo: { created: "2026-11-21T09:00:00Z", creators: ["syft"] } })],
  ["a date that is none", spdx({ creationInfo: { created: "yesterday", creators: ["Tool: syft"] } })],
  ["no packages", spdx({ packages: undefined })],
  ["a CycloneDX document", cyclonedx()],
  ["a document that breaks off", spdx().slice(0, -1)],
])("SPDX with %s is malformed", (_, text) => {
  expect(codeOfThrow(() => readSpdx(text, "f"))).toBe("REPORT_MALFORMED");
});

test.each([
  ["another version", cyclonedx({ specVersion: "1.4" })],
  ["another format", cyclonedx({ bomFormat: "X" })],
  ["version 0", cyclonedx({ version: 0 })],
  ["no metadata", cyclonedx({ metadata: undefined })],
  ["components that are no list", cyclonedx({ components: {} })],
  ["an SPDX document", spdx()],
])("CycloneDX with %s is malformed", (_, text) => {
  expect(codeOfThrow(() => readCycloneDx(text, "f"))).toBe("REPORT_MALFORMED");
});

test("nothing is empty", () => {
  expect(codeOfThrow(() => readSpdx("", "f"))).toBe("REPORT_EMPTY");
  expect(codeOfThrow(() => readCycloneDx("", "f"))).toBe("REPORT_EMPTY");
});
