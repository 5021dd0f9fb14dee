import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readIndex } from "#modules/registry/src/layout.ts";
import { evidenceTags, subjects } from "#modules/registry/src/referrers.ts";

const digests = ["a", "b", "c"].map((digit) => `sha256:${digit.repeat(64)}`);
const [one = "", two = "", three = ""] = digests;
const platform = (architecture: string) => ({ os: "linux", architecture });
const index = (...manifests: unknown[]): string => JSON.stringify({ manifests });

test("one entry is what is pushed, several for platforms are pushed as the index that lists them", () => {
  expect(readIndex(index({ digest: one }))).toEqual({ digest: one, own: false });
  const text = index(
    { digest: one, platform: platform("amd64") },
    { digest: two, platform: platform("arm64") },
  );
  const digest = `sha256:${createHash("sha256").update(text).digest("hex")}`;
  expect(readIndex(text)).toEqual({ digest, own: true });
});

test.each([
  ["is no JSON", "{"],
  ["is a list", "[]"],
  ["lists nothing", index()],
  ["lists what has no digest", index({ size: 1 })],
  ["lists a digest that leads elsewhere", index({ digest: "sha256:../../etc/passwd" })],
  ["lists several without platforms", index({ digest: one }, { digest: two })],
  [
    "lists one platform twice",
    index(...[one, two].map((digest) => ({ digest, platform: platform("amd64") }))),
  ],
])("a layout whose index.json %s is refused", (_, text) => {
  expect(() => readIndex(text)).toThrow(/^LAYOUT_INVALID: /);
});

test("the tags that travel are those of cosign for the image and each of its platforms", () => {
  const mentioned = subjects(one, index({ digest: two }));
  expect(mentioned).toEqual([one, two]);
  const [first, second, other] = digests.map((digest) => digest.replace(":", "-"));
  const travelling = [`${first}`, `${first}.sig`, `${first}.att`, `${first}.sbom`, `${second}.sig`];
  const tags = ["1.0", "latest", `${other}.sig`, `${first}.sig.bak`, `${first}.zip`, ...travelling, ""];
  expect(evidenceTags(tags.join("\n"), mentioned)).toEqual(travelling);
});

test.each(["", "null", "{", index({ digest: "x" })])("a manifest that is none is told: %s", (text) => {
  expect(() => subjects(three, text)).toThrow(/^REPORT_MALFORMED: /);
});

test("what a module of ours knows as codes stands in the closed set", async () => {
  const text = await readFile("modules/registry/src/errors.ts", "utf8");
  const { errorCodes } = await import("#pipelines/errors/errors.ts");
  const codes = [...text.matchAll(/\| "([A-Z_]+)"/g)].map(([, code]) => code);
  expect(codes.filter((code = "") => !(code in errorCodes))).toEqual([]);
  expect(codes.length).toBeGreaterThan(10);
});
