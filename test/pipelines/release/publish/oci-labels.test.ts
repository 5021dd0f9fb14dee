import { expect, test } from "vitest";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { ociLabels } from "#pipelines/release/publish/oci-labels.ts";

const facts: CommitFacts = {
  commit: "860c1904a1ce19322e91ac35af1ab07466440c37",
  commitTime: "2026-01-02T03:04:05Z",
  tags: [],
};

test("an image says its commit, when that was made, its version and where it comes from", () => {
  expect(ociLabels({ ...facts, source: "https://example.com/shop" }, "1.2.3", "orders")).toEqual([
    "org.opencontainers.image.created=2026-01-02T03:04:05Z",
    "org.opencontainers.image.revision=860c1904a1ce19322e91ac35af1ab07466440c37",
    "org.opencontainers.image.source=https://example.com/shop",
    "org.opencontainers.image.title=orders",
    "org.opencontainers.image.version=1.2.3",
  ]);
});

test("a source that nobody knows is left out, and what the configuration says goes first", () => {
  const own = { "org.opencontainers.image.title": "Orders = all", "com.example.team": "shop" };
  expect(ociLabels(facts, "main", "orders", own)).toEqual([
    "com.example.team=shop",
    "org.opencontainers.image.created=2026-01-02T03:04:05Z",
    "org.opencontainers.image.revision=860c1904a1ce19322e91ac35af1ab07466440c37",
    "org.opencontainers.image.title=Orders = all",
    "org.opencontainers.image.version=main",
  ]);
});
