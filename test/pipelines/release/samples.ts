import type { Build } from "#pipelines/release/attest/provenance.ts";

const digest = (character: string) => `sha256:${character.repeat(64)}`;

/** A build of the shop's orders, with the given facts over it. */
export function build(more: Partial<Build> = {}): Build {
  return {
    repository: "https://git.example.com/shop.git",
    commit: "a".repeat(40),
    ref: "refs/heads/main",
    sourceDigest: digest("1"),
    configDigest: digest("2"),
    service: "orders",
    dockerfile: "services/orders/Dockerfile",
    arguments: { VERSION: "1.2", DEBUG: "" },
    platforms: ["linux/arm64", "linux/amd64"],
    images: [
      { name: "docker.io/library/python:3.13-slim", digest: digest("4"), role: "base image" },
      { name: "aquasec/trivy:0.65.0", digest: digest("3"), role: "tool" },
    ],
    builder: "https://github.com/example/shop/.github/workflows/release.yml@refs/heads/main",
    versions: { slipway: "0.1.0", dagger: "v0.19.10" },
    invocation: "https://github.com/example/shop/actions/runs/1",
    started: new Date("2026-03-01T10:00:00.123Z"),
    finished: new Date("2026-03-01T10:01:00.456Z"),
    ...more,
  };
}
