import { File } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { type Attester, attestAll } from "#pipelines/release/attest/attester.ts";

const types = ["sbom", "tests"] as const;

/** Two statements of an image, in a registry that keeps of each attempt what `keeps` says; all else is as with cosign. */
function attesting(keeps: (type: string, attempt: number) => boolean, fails?: string) {
  const kept = new Set<string>();
  const attempts: string[] = [];
  const own = types.map((type) => ({
    type,
    uri: type,
    digest: "sha256:0",
    predicate: new File(),
  }));
  const asked: Attester = {
    image: "registry.test/app@sha256:0",
    own,
    staying: true,
    stored: async () => (kept.size === 0 ? "" : "sha256:1"),
    cosign: {
      attested: async (_image, _predicates, uris) => uris.map((uri) => (kept.has(uri) ? "there" : "")),
      attest: async (_image, _predicate, uri) => {
        attempts.push(uri);
        if (keeps(uri, attempts.filter((each) => each === uri).length)) kept.add(uri);
        if (uri === fails) throw new Error("REGISTRY_UNREACHABLE: it does not answer");
        return "there";
      },
    },
  };
  const there: string[] = [];
  const done = attestAll(asked, ({ type }) => there.push(type));
  return { done, there, attempts };
}

test("what another release took away is attested again, and nothing else", async () => {
  const { done, there, attempts } = attesting((type, attempt) => type === "tests" || attempt === 3);
  await done;
  expect(attempts).toEqual(["sbom", "tests", "sbom", "sbom"]);
  expect(there).toEqual(["sbom", "tests"]);
});

test("what is always taken away is given up and named, and the rest is on record", async () => {
  const { done, there, attempts } = attesting((type) => type === "tests");
  await expect(done).rejects.toThrow(
    /^REPORT_CONTRADICTORY: registry\.test\/app@sha256:0: the attestations sbom were written 5 times/,
  );
  expect(attempts.filter((type) => type === "sbom")).toHaveLength(5);
  expect(there).toEqual(["tests"]);
});

test.each([
  { kept: true, there: ["sbom", "tests"] },
  { kept: false, there: ["sbom"] },
])("after an answer that was lost it is looked what is there: $there", async ({ kept, there: expected }) => {
  const { done, there } = attesting((type) => type === "sbom" || kept, "tests");
  await expect(done).rejects.toThrow(/^REGISTRY_UNREACHABLE: /);
  expect(there).toEqual(expected);
});
