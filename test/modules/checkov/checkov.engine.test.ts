import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Checkov } from "#modules/checkov/src/index.ts";
import { readCheckov } from "#pipelines/tools/checkov/reader.ts";
import { session } from "../../session.ts";

const checkov = new Checkov();
const bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = "x"\n}\n';

const run = (files: Readonly<Record<string, string>>, by = checkov) =>
  session(async () => {
    const folder = Object.entries(files).reduce(
      (all, [name, text]) => all.withNewFile(name, text),
      dag.directory(),
    );
    const ran = by.scan(folder);
    return { exitCode: await ran.exitCode(), text: await ran.file("/reports/checkov.json").contents() };
  });

const scanned = async (files: Readonly<Record<string, string>>) => {
  const { exitCode, text } = await run(files);
  return readCheckov(text, "checkov.json", exitCode, { root: "/src" });
};

test("what holds has no finding", async () => {
  expect(await scanned({ "main.tf": 'resource "terraform_data" "a" {}\n' })).toEqual({
    findings: [],
    resources: expect.any(Number),
  });
});

test("what does not is found with its place, but not what a comment or the settings skip", async () => {
  const rules = async (files: Readonly<Record<string, string>>) =>
    (await scanned(files)).findings.map(({ rule, path }) => `${rule} ${path}`);
  expect(await rules({ "a/main.tf": bucket })).toContain("CKV_AWS_21 a/main.tf");
  const commented = bucket.replace("{\n", "{\n  #checkov:skip=CKV_AWS_21:not versioned on purpose\n");
  expect(await rules({ "a/main.tf": commented })).not.toContain("CKV_AWS_21 a/main.tf");
  const settings = "skip-check: [CKV_AWS_21]\n";
  expect(await rules({ "a/main.tf": bucket, ".checkov.yaml": settings })).not.toContain(
    "CKV_AWS_21 a/main.tf",
  );
});

test("settings that cannot be read break it down", async () => {
  expect(await run({ "main.tf": bucket, ".checkov.yaml": "x: [\n" })).toEqual({ exitCode: 2, text: "" });
});

test("an image without uv ends the call", async () => {
  const other = new Checkov(undefined, "gcr.io/distroless/static-debian12");
  await expect(run({}, other)).rejects.toThrow(/uv/);
});
