import { expect, test } from "vitest";
import type { Sbom } from "#pipelines/findings/sbom.ts";
import { readCycloneDx, readSbom, readSpdx, readSyft } from "#pipelines/readers/sbom.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { recorded } from "./recorded.ts";

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

const syft = (more: object = {}) =>
  JSON.stringify({
    schema: { version: "16.1.10" },
    source: { name: "orders" },
    artifacts: [
      {
        id: "a",
        name: "fastapi",
        version: "0.1",
        purl: "pkg:pypi/fastapi@0.1",
        licenses: [
          { value: "mit", spdxExpression: "MIT" },
          { value: "Apache 2", spdxExpression: "" },
        ],
      },
    ],
    ...more,
  });

test("an SPDX document lists packages without the thing it describes", () => {
  expect(readSpdx(spdx(), "f")).toEqual({
    format: "SPDX",
    subject: "shop/orders",
    packages: [{ type: "", name: "fastapi", version: "0.1", licenses: [] }],
  });
});

test("a CycloneDX document lists packages without files and operating system", () => {
  expect(readCycloneDx(cyclonedx(), "f")).toEqual({
    format: "CycloneDX",
    subject: "shop/orders",
    packages: [{ type: "", name: "fastapi", version: "", licenses: [] }],
  });
  expect(readCycloneDx(cyclonedx({ components: undefined }), "f").packages).toEqual([]);
});

test("Syft's own format tells licenses from free text", () => {
  expect(readSyft(syft(), "f")).toEqual({
    format: "Syft",
    subject: "orders",
    packages: [{ type: "pypi", name: "fastapi", version: "0.1", licenses: ["Apache 2", "MIT"] }],
  });
});

test("what Syft writes in three formats is the same list of packages", () => {
  const files = ["sbom.syft.json", "sbom.cdx.json", "sbom.spdx.json"];
  const [own, cyclone, spdxed] = files.map((file) => readSbom(recorded(file), file));
  expect(own?.packages).toEqual(cyclone?.packages);
  const bare = (list: Sbom | undefined) =>
    list?.packages.map(({ type, name, version }) => [type, name, version]);
  expect(bare(spdxed)).toEqual(bare(own));
  const licenses = Object.fromEntries((own?.packages ?? []).map((each) => [each.name, each.licenses]));
  expect(licenses).toMatchObject({
    expr: ["MIT OR Apache-2.0"],
    withx: ["GPL-2.0-only WITH Classpath-exception-2.0"],
    both: ["BSD-3-Clause", "MIT"],
    free: ["Apache 2"],
    lower: ["MIT"],
    ref: ["LicenseRef-Proprietary"],
    // Syft reads no classifier.
    classif: [],
    none: [],
  });
});

test("components within components are listed, however deep", () => {
  const depth = 20_000;
  const open = '{"type":"library","name":"x","components":[';
  const nested = `${open.repeat(depth)}{"type":"library","name":"inner"}${"]}".repeat(depth)}`;
  const text = cyclonedx({ components: ["NESTED"] }).replace('"NESTED"', nested);
  const { packages } = readCycloneDx(text, "f");
  expect([packages.length, packages.at(-1)?.name]).toEqual([depth + 1, "inner"]);
});

test("licenses that contradict each other all hold", () => {
  const [found] = readSpdx(
    spdx({
      packages: [
        { name: "a", SPDXID: "SPDXRef-a", licenseDeclared: "MIT", licenseConcluded: "GPL-3.0-only" },
      ],
    }),
    "f",
  ).packages;
  expect(found?.licenses).toEqual(["GPL-3.0-only", "MIT"]);
  const licenses = [{ expression: "MIT OR ISC" }, { license: { id: "GPL-3.0-only" } }];
  const { packages } = readCycloneDx(
    cyclonedx({ components: [{ type: "library", name: "a", licenses }] }),
    "f",
  );
  expect(packages[0]?.licenses).toEqual(["GPL-3.0-only", "MIT OR ISC"]);
});

test("relationships that go in circles are not followed", () => {
  const circle = (from: string, to: string) => ({
    spdxElementId: from,
    relatedSpdxElement: to,
    relationshipType: "DEPENDS_ON",
  });
  const relationships = [circle("SPDXRef-a", "SPDXRef-b"), circle("SPDXRef-b", "SPDXRef-a")];
  expect(readSpdx(spdx({ relationships }), "f").packages).toHaveLength(1);
  const dependencies = [
    { ref: "a", dependsOn: ["b"] },
    { ref: "b", dependsOn: ["a"] },
  ];
  expect(readCycloneDx(cyclonedx({ dependencies }), "f").packages).toHaveLength(1);
});

test("control characters in names stay data, and an error shows none", () => {
  const name = "\u001b[2J\u202eevil\0";
  const twice = [name, name].map((each) => ({ type: "library", name: each, "bom-ref": "\u001b[2J" }));
  expect(readCycloneDx(cyclonedx({ components: [{ type: "library", name }] }), "f").packages[0]?.name).toBe(
    name,
  );
  expect(() => readCycloneDx(cyclonedx({ components: twice }), "f")).toThrow("the id '␛[2J' occurs twice");
});

const twice = (key: string, more: object) => [
  { [key]: "SPDXRef-a", ...more },
  { [key]: "SPDXRef-a", ...more },
];

test.each([
  ["another version", spdx({ spdxVersion: "SPDX-3.0" })],
  ["another license of the data", spdx({ dataLicense: "MIT" })],
  ["no name", spdx({ name: "" })],
  ["a namespace that is no URI", spdx({ documentNamespace: "x" })],
  ["no creator", spdx({ creationInfo: { created: "2026-11-21T09:00:00Z", creators: [] } })],
  ["a creator of no kind", spdx({ creationInfo: { created: "2026-11-21T09:00:00Z", creators: ["syft"] } })],
  ["a date that is none", spdx({ creationInfo: { created: "yesterday", creators: ["Tool: syft"] } })],
  ["no packages", spdx({ packages: undefined })],
  ["an id that is there twice", spdx({ packages: twice("SPDXID", { name: "a" }) })],
  ["a license that is no text", spdx({ packages: [{ name: "a", SPDXID: "SPDXRef-a", licenseDeclared: 1 }] })],
  ["a CycloneDX document", cyclonedx()],
  ["a document that breaks off", spdx().slice(0, -1)],
])("SPDX with %s is malformed", (_, text) => {
  expect(codeOfThrow(() => readSpdx(text, "f"))).toBe("REPORT_MALFORMED");
});

const library = (more: object) => cyclonedx({ components: [{ type: "library", name: "a", ...more }] });

test.each([
  ["an older version", cyclonedx({ specVersion: "1.0" })],
  ["a version to come", cyclonedx({ specVersion: "2.0" })],
  ["another format", cyclonedx({ bomFormat: "X" })],
  ["version 0", cyclonedx({ version: 0 })],
  ["a date that is none", cyclonedx({ metadata: { timestamp: "yesterday" } })],
  ["components that are no list", cyclonedx({ components: {} })],
  ["a component that is none", cyclonedx({ components: [null] })],
  ["a component of no type", cyclonedx({ components: [{ name: "a" }] })],
  ["a component within another that is none", library({ components: [{ type: "library" }] })],
  [
    "a reference that is there twice",
    cyclonedx({ components: twice("bom-ref", { type: "library", name: "a" }) }),
  ],
  ["a license with id and name", library({ licenses: [{ license: { id: "MIT", name: "GPL" } }] })],
  ["a license of neither", library({ licenses: [{ license: {} }] })],
  ["an SPDX document", spdx()],
  ["a document that breaks off", cyclonedx().slice(0, 200)],
])("CycloneDX with %s is malformed", (_, text) => {
  expect(codeOfThrow(() => readCycloneDx(text, "f"))).toBe("REPORT_MALFORMED");
});

test.each([
  ["another version", syft({ schema: { version: "99.0.0" } })],
  ["a version that is none", syft({ schema: { version: 16 } })],
  ["no artifacts", syft({ artifacts: undefined })],
  [
    "licenses as they were of old",
    syft({ artifacts: [{ id: "a", name: "a", version: "1", purl: "", licenses: ["MIT"] }] }),
  ],
  [
    "an id that is there twice",
    syft({ artifacts: twice("id", { name: "a", version: "1", purl: "", licenses: [] }) }),
  ],
  ["a document that breaks off", syft().slice(0, -3)],
])("Syft's own with %s is malformed", (_, text) => {
  expect(codeOfThrow(() => readSyft(text, "f"))).toBe("REPORT_MALFORMED");
});

test.each([
  ["no SBOM", "{}"],
  ["a list", "[]"],
  ["a number", "1"],
  ["YAML", "spdxVersion: SPDX-2.3"],
  ["SPDX as tags and values", "SPDXVersion: SPDX-2.3\n"],
  ["XML", "<bom/>"],
  ["a format of two", JSON.stringify({ ...JSON.parse(cyclonedx()), spdxVersion: "SPDX-2.3" })],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => readSbom(text, "f"))).toBe("REPORT_MALFORMED");
});

test("nothing is empty", () => {
  for (const read of [readSpdx, readCycloneDx, readSyft, readSbom]) {
    expect(codeOfThrow(() => read(" \n", "f"))).toBe("REPORT_EMPTY");
  }
});
