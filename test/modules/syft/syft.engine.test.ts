import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Syft } from "#modules/syft/src/index.ts";
import { readCycloneDx, readSpdx } from "#pipelines/readers/sbom.ts";
import { session } from "../../session.ts";

const syft = new Syft();

test("a folder's SBOM is SPDX 2.3 and CycloneDX 1.6, and names what its lock files do", async () => {
  const [spdx, cyclonedx] = await session(() => {
    const source = dag.directory().withNewFile("requirements.txt", "requests==2.32.3\n");
    const ran = syft.directorySbom(source, "shop", "1.0");
    return Promise.all([
      ran.file("/reports/sbom.spdx.json").contents(),
      ran.file("/reports/sbom.cdx.json").contents(),
    ]);
  });
  const packages = [{ type: "pypi", name: "requests", version: "2.32.3", licenses: [] }];
  expect(JSON.parse(spdx)).toMatchObject({ spdxVersion: "SPDX-2.3" });
  expect(readSpdx(spdx, "sbom.spdx.json")).toEqual({ format: "SPDX", subject: "shop", packages });
  expect(JSON.parse(cyclonedx)).toMatchObject({ specVersion: "1.6" });
  expect(readCycloneDx(cyclonedx, "sbom.cdx.json")).toEqual({
    format: "CycloneDX",
    subject: "shop",
    packages,
  });
});

test("an image's SBOM names the digest of the image's manifest", async () => {
  const own = await session(() =>
    syft
      .imageSbom(dag.container().from("python:3.11-slim").asTarball(), "python")
      .file("/reports/sbom.syft.json")
      .contents(),
  );
  expect(JSON.parse(own)).toMatchObject({
    source: { name: "python", metadata: { manifestDigest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } },
  });
});

test("an archive that is none ends the call", async () => {
  const broken = () => dag.directory().withNewFile("a.tar", "no archive").file("a.tar");
  await expect(session(() => syft.imageSbom(broken()).sync())).rejects.toThrow();
});
