import { describe, expect, test } from "vitest";
import { parseImage, parseReference, parseRepository, parseTag } from "#modules/registry/src/reference.ts";

const digest = `sha256:${"a".repeat(64)}`;

describe("a repository", () => {
  test.each([
    ["registry.test:5000/shop/orders", "registry.test:5000", "registry.test"],
    ["localhost/orders", "localhost", "localhost"],
    ["ghcr.io/acme/orders__x", "ghcr.io", "ghcr.io"],
    ["library/python", "docker.io", "docker.io"],
    ["python", "docker.io", "docker.io"],
  ])("%s is at %s", (name, registry, host) => {
    expect(parseRepository(name)).toEqual({ name, registry, host });
  });

  test.each([
    "",
    "/orders",
    "ghcr.io/",
    "ghcr.io/Orders",
    "ghcr.io/a/../b",
    "ghcr.io/a:1",
    `ghcr.io/a@${digest}`,
    "-x.io/a",
    "--insecure",
    "ghcr.io/a\nb",
    "ghcr.io/ä",
    "https://ghcr.io/a",
    "user:pass@ghcr.io/a",
    `ghcr.io/${"a".repeat(300)}`,
  ])("%j is none", (name) => {
    expect(() => parseRepository(name)).toThrow(/^IMAGE_NAME_INVALID: /);
  });
});

test("an image is named by its digest alone", () => {
  expect(parseImage(`ghcr.io/a/b@${digest}`)).toMatchObject({ name: "ghcr.io/a/b", digest });
  for (const wrong of [
    "ghcr.io/a",
    "ghcr.io/a:1",
    "ghcr.io/a@sha256:abc",
    `ghcr.io/a@${digest.toUpperCase()}`,
  ]) {
    expect(() => parseImage(wrong)).toThrow(/^DIGEST_INVALID: /);
  }
  expect(() => parseImage(`ghcr.io/a:1@${digest}`)).toThrow(/^IMAGE_NAME_INVALID: /);
});

test("a reference has a tag or a digest", () => {
  expect(parseReference("registry.test:5000/a:1.0").reference).toBe("registry.test:5000/a:1.0");
  expect(parseReference(`registry.test:5000/a@${digest}`).reference).toBe(`registry.test:5000/a@${digest}`);
  expect(() => parseReference("registry.test:5000/a")).toThrow(/^TAG_INVALID: /);
});

test.each(["", "-x", ".x", "a/b", "a b", "a:b", "ä", "a".repeat(129), "$(id)"])("%j is no tag", (tag) => {
  expect(() => parseTag(tag)).toThrow(/^TAG_INVALID: /);
});
