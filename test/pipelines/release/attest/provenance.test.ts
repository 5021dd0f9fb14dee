import { describe, expect, test } from "vitest";
import { materials, provenancePredicate } from "#pipelines/release/attest/provenance.ts";
import { build } from "../samples.ts";

const text = (more: Parameters<typeof build>[0] = {}) => JSON.stringify(provenancePredicate(build(more)));

test("a provenance names source, configuration, base images and tools by digest", () => {
  expect(materials(build())).toEqual([
    {
      uri: "git+https://git.example.com/shop.git@refs/heads/main",
      digest: { gitCommit: "a".repeat(40) },
      role: "source",
    },
    { uri: "slipway:source", digest: { sha256: "1".repeat(64) }, role: "source tree" },
    { uri: "slipway:configuration", digest: { sha256: "2".repeat(64) }, role: "configuration" },
    { uri: "docker://aquasec/trivy:0.65.0", digest: { sha256: "3".repeat(64) }, role: "tool" },
    {
      uri: "docker://docker.io/library/python:3.13-slim",
      digest: { sha256: "4".repeat(64) },
      role: "base image",
    },
  ]);
  expect(provenancePredicate(build())).toMatchObject({
    buildDefinition: { externalParameters: { service: "orders", platforms: ["linux/amd64", "linux/arm64"] } },
    runDetails: {
      builder: { id: "https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main" },
      metadata: { startedOn: "2026-03-01T10:00:00Z", finishedOn: "2026-03-01T10:01:00Z" },
    },
  });
});

test("a configuration that is in no file is no material", () => {
  expect(materials(build({ configDigest: undefined })).map(({ role }) => role)).not.toContain(
    "configuration",
  );
});

test("bases that nobody could tell are named apart from what went in", () => {
  const internal = (unresolvedBases?: readonly string[]) =>
    provenancePredicate(build(unresolvedBases === undefined ? {} : { unresolvedBases }));
  expect(internal(["$BASE"])).toMatchObject({
    buildDefinition: { internalParameters: { unresolvedBases: ["$BASE"] } },
  });
  expect(internal([])).toEqual(internal());
});

test("the same facts in another order give the same text", () => {
  const { images } = build();
  const same = text({
    images: [...images].reverse(),
    platforms: ["linux/amd64", "linux/arm64"],
    arguments: { DEBUG: "", VERSION: "1.2" },
  });
  expect(same).toBe(text());
});

test.each([
  [
    "https://ada:hunter2@git.example.com/shop.git?token=hunter2#hunter2",
    "git+https://git.example.com/shop.git@refs/heads/main",
  ],
  ["https://hunter2@git.example.com/shop.git", "git+https://git.example.com/shop.git@refs/heads/main"],
  ["ssh://git:hunter2@git.example.com/shop.git", "git+ssh://git.example.com/shop.git@refs/heads/main"],
  ["git@git.example.com:team/shop.git", "git+ssh://git.example.com/team/shop.git@refs/heads/main"],
])("%s keeps no login", (repository, uri) => {
  expect(materials(build({ repository }))[0]?.uri).toBe(uri);
  expect(text({ repository })).not.toContain("hunter2");
});

describe("what is not true is not written", () => {
  test.each([
    [{ commit: "abc" }],
    [{ commit: "main" }],
    [{ sourceDigest: "" }],
    [{ configDigest: "sha256:ABC" }],
    [{ images: [{ name: "python", digest: "latest", role: "base image" as const }] }],
    [{ builder: "me" }],
    [{ finished: new Date("2026-03-01T09:00:00Z") }],
    [{ started: new Date(Number.NaN) }],
  ])("%j", (more) => {
    expect(() => text(more)).toThrow(/^ARGUMENT_INVALID: /);
  });
});
