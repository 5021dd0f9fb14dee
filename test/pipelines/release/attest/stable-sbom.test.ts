import { expect, test } from "vitest";
import { stableCycloneDx, stableSpdx } from "#pipelines/release/attest/stable-sbom.ts";

const digest = `sha256:${"ab12".repeat(16)}`;
const time = "2026-01-02T03:04:05Z";

test("two runs over one image come to one SPDX document, which keeps the rest", () => {
  const written = (run: string) =>
    JSON.stringify({
      spdxVersion: "SPDX-2.3",
      documentNamespace: `https://anchore.com/${run}`,
      creationInfo: { created: run, creators: ["Tool: syft"] },
      packages: [{ name: "requests" }],
    });
  const stable = stableSpdx(written("2026-11-21T10:00:00Z"), digest, time);
  expect(stableSpdx(written("2026-11-22T11:11:11Z"), digest, time)).toBe(stable);
  expect(JSON.parse(stable)).toMatchObject({
    documentNamespace: `urn:slipway:sbom:${digest}`,
    creationInfo: { created: time, creators: ["Tool: syft"] },
    packages: [{ name: "requests" }],
  });
});

test("likewise of CycloneDX, whose serial number is a UUID", () => {
  const written = (serial: string) =>
    JSON.stringify({ bomFormat: "CycloneDX", serialNumber: serial, metadata: { timestamp: serial } });
  const stable = stableCycloneDx(written("urn:uuid:1"), digest, time);
  expect(stableCycloneDx(written("urn:uuid:2"), digest, time)).toBe(stable);
  expect(JSON.parse(stable).serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("what is no SBOM is an error", () => {
  expect(() => stableSpdx("{}", digest, time)).toThrow(/^REPORT_/);
});
