import { dirname } from "node:path";
import { dag } from "@dagger.io/dagger";
import { beforeAll, expect, test } from "vitest";
import { Trivy } from "#modules/trivy/src/index.ts";
import { readTrivy } from "#pipelines/tools/trivy/reader.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { session } from "../../session.ts";

const trivy = new Trivy();
let folder: string;
beforeAll(async () => {
  folder = dirname(await exampleDatabase());
});

const rulesIn = (report: string) => readTrivy(report, "trivy.json", { root: "/src" }).map(({ rule }) => rule);
const handedIn = () => dag.host().directory(folder, { include: ["db.tar.gz"] });

test("a known vulnerability is in both reports, and the exit code stays 0", async () => {
  const ran = await session(async () => {
    const source = dag.directory().withNewFile("requirements.txt", "requests==2.19.0\n");
    const container = trivy.filesystem(source, await trivy.databaseFrom(handedIn()));
    return {
      json: await container.file("/reports/trivy.json").contents(),
      sarif: await container.file("/reports/trivy.sarif").contents(),
      exitCode: await container.exitCode(),
    };
  });
  expect(rulesIn(ran.json)).toEqual(["CVE-2018-18074"]);
  expect(ran.sarif).toContain("CVE-2018-18074");
  expect(ran.exitCode).toBe(0);
});

test("a database is taken unpacked, as an archive, and from an OCI layout", async () => {
  const dates = await session(async () => {
    const unpacked = await trivy.databaseFrom(handedIn());
    const again = await trivy.databaseFrom(unpacked.directory("db"));
    const digest = (hex: string) => `sha256:${hex.repeat(64)}`;
    const layout = dag
      .directory()
      .withNewFile("index.json", JSON.stringify({ manifests: [{ digest: digest("a") }] }))
      .withNewFile(`blobs/sha256/${"a".repeat(64)}`, JSON.stringify({ layers: [{ digest: digest("b") }] }))
      .withFile(`blobs/sha256/${"b".repeat(64)}`, handedIn().file("db.tar.gz"));
    const folders = [unpacked, again, await trivy.databaseFrom(layout)];
    return Promise.all(folders.map((each) => each.file("db/metadata.json").contents()));
  });
  expect(new Set(dates).size).toBe(1);
});

test("a folder that holds no database, and a layout that lies, are refused", async () => {
  await expect(session(() => trivy.databaseFrom(dag.directory()))).rejects.toThrow(/DATABASE_UNAVAILABLE/);
  const traversal = dag
    .directory()
    .withNewFile("index.json", '{"manifests":[{"digest":"sha256:../../etc/passwd"}]}');
  await expect(session(() => trivy.databaseFrom(traversal))).rejects.toThrow(/DATABASE_UNAVAILABLE/);
});

test("a database that no repository has ends the call", async () => {
  await expect(session(() => trivy.database(["127.0.0.1:1/none:2"], "test").sync())).rejects.toThrow();
});

test("an image is scanned from its archive", async () => {
  const report = await session(async () => {
    const image = dag.container().from("gcr.io/distroless/static-debian12").asTarball();
    return trivy
      .imageArchive(image, await trivy.databaseFrom(handedIn()))
      .file("/reports/trivy.json")
      .contents();
  });
  expect(rulesIn(report)).toEqual([]);
  expect(report).toContain('"ArtifactType": "container_image"');
});

test("a folder without a scanner for vulnerabilities asks for no database", async () => {
  const report = await session(() =>
    trivy
      .filesystem(dag.directory().withNewFile("Dockerfile", "FROM python:3.11-slim\n"), undefined, [
        "misconfig",
      ])
      .file("/reports/trivy.json")
      .contents(),
  );
  expect(rulesIn(report).length).toBeGreaterThan(0);
});
