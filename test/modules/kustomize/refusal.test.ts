import { describe, expect, test } from "vitest";
import { kustomizationFile, overlaySegments, pathsTo } from "#modules/kustomize/src/overlay.ts";
import { parseRequest, parseRequests } from "#modules/kustomize/src/reference.ts";
import { codeOf, edited, newDigest, oldDigest } from "./fixtures.ts";

describe("images outside the OCI grammar are refused before anything runs", () => {
  test.each([
    ["", "IMAGE_NAME_INVALID"],
    ["-h", "IMAGE_NAME_INVALID"],
    ["-h:1", "IMAGE_NAME_INVALID"],
    ["$(id):1", "IMAGE_NAME_INVALID"],
    ["Orders:1", "IMAGE_NAME_INVALID"],
    ["acme/Orders:1", "IMAGE_NAME_INVALID"],
    ["a b:1", "IMAGE_NAME_INVALID"],
    ["a//b:1", "IMAGE_NAME_INVALID"],
    ["../a:1", "IMAGE_NAME_INVALID"],
    ["a/:1", "IMAGE_NAME_INVALID"],
    [`${"a".repeat(256)}:1`, "IMAGE_NAME_INVALID"],
    ["orders=:1", "IMAGE_NAME_INVALID"],
    ["=orders:1", "IMAGE_NAME_INVALID"],
    ["orders=*:1", "IMAGE_NAME_INVALID"],
    ["orders\n:1", "IMAGE_NAME_INVALID"],
    ["bücher:1", "IMAGE_NAME_INVALID"],
    ["a.*:1", "IMAGE_NAME_INVALID"],
    ["orders", "TAG_INVALID"],
    ["orders=acme/orders", "TAG_INVALID"],
    ["orders:", "TAG_INVALID"],
    ["orders:$(id)", "TAG_INVALID"],
    ["orders:-h", "TAG_INVALID"],
    ["orders:1 2", "TAG_INVALID"],
    ["orders:1\n", "TAG_INVALID"],
    ["orders:*", "TAG_INVALID"],
    [`orders:${"1".repeat(129)}`, "TAG_INVALID"],
    [`orders:${"1".repeat(300)}`, "TAG_INVALID"],
    ["orders@sha256:abc", "DIGEST_INVALID"],
    ["orders@", "DIGEST_INVALID"],
    [`orders@sha256:${"A".repeat(64)}`, "DIGEST_INVALID"],
    [`orders@sha512:${"a".repeat(128)}`, "DIGEST_INVALID"],
    [`orders@${oldDigest}:v1`, "DIGEST_INVALID"],
    [`orders@${oldDigest}@${newDigest}`, "DIGEST_INVALID"],
  ])("%j: %s", async (image, code) => {
    expect(await codeOf(() => parseRequest(image))).toBe(code);
  });

  test("a message shows what it refuses on one line, shortened", () => {
    expect(() => parseRequest(`orders:\n${"1".repeat(300)}`)).toThrow(
      /^TAG_INVALID: "\\n1{119}…", in .{1,600}$/,
    );
  });

  test("an empty list and a name given twice are refused", async () => {
    expect(await codeOf(() => parseRequests([]))).toBe("ARGUMENT_INVALID");
    expect(await codeOf(() => parseRequests(["orders:1", `orders@${oldDigest}`]))).toBe("ARGUMENT_INVALID");
  });
});

describe("images inside the grammar are read in kustomize's words", () => {
  test.each([
    ["orders:1", { name: "orders", tag: "1" }],
    [`orders@${oldDigest}`, { name: "orders", digest: oldDigest }],
    [`orders:1@${oldDigest}`, { name: "orders", tag: "1", digest: oldDigest }],
    ["orders=ghcr.io/acme/orders:1", { name: "orders", newName: "ghcr.io/acme/orders", tag: "1" }],
    ["localhost:5000/a-b/c__d:_x", { name: "localhost:5000/a-b/c__d", tag: "_x" }],
    ["Registry.example:443/a:1", { name: "Registry.example:443/a", tag: "1" }],
    [`orders:${"1".repeat(128)}`, { name: "orders", tag: "1".repeat(128) }],
  ])("%s", (image, request) => {
    expect(parseRequest(image)).toEqual(request);
  });
});

describe("files that cannot be edited safely are refused", () => {
  const bomb = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    .concat([..."bcdefghij"].map((key, at) => `${key}: &${key} [${Array(10).fill(`*${"abcdefghi"[at]}`)}]`))
    .concat("images: [{name: orders, newTag: v1}]")
    .join("\n");
  test.each([
    ["nothing", ""],
    ["only a comment", "# nothing\n"],
    ["a list", "- a\n"],
    ["two documents", "images: [{name: orders, newTag: v1}]\n---\nnamespace: shop\n"],
    ["broken YAML", "images: [\n"],
    ["images: twice (kustomize#4724)", "images:\n- name: orders\nimages:\n- name: orders\n"],
    ["one image twice", "images:\n- name: orders\n  newTag: v1\n- name: orders\n  newTag: v2\n"],
    ["an alias bomb", bomb],
    ["an alias without its anchor", "images:\n- name: orders\n  newTag: *none\n"],
    ["brackets 20 000 deep", `images: ${"[".repeat(20_000)}`],
    ["more than 1 MiB", `# ${"x".repeat(1024 * 1024)}\nimages: []\n`],
    ["bytes that are not UTF-8", "# \uFFFD\nimages: [{name: orders}]\n"],
    ["an entry by alias", "x: &e {name: orders}\nimages:\n- *e\n"],
    ["an entry with a merge key", "images:\n- <<: &e {name: orders}\n  newTag: v1\n"],
    ["a list by alias", "x: &l [{name: orders}]\nimages: *l\n"],
    ["images as a mapping", "images: {orders: v1}\n"],
    ["a tag that is a number", "images:\n- name: orders\n  newTag: 1.10\n"],
    ["a tag in a block scalar", "images:\n- name: orders\n  newTag: >-\n    v1\n"],
    ["a tag that is a list", "images:\n- name: orders\n  newTag: [v1]\n"],
    [
      "an anchor that another image shares",
      "images:\n- name: orders\n  newTag: &t v1\n- name: b\n  newTag: *t\n",
    ],
    ["a tagSuffix", "images:\n- name: orders\n  tagSuffix: -dev\n"],
    ["the old imageTags", "imageTags:\n- name: orders\n  newTag: v1\n"],
    ["a base by URL", "resources:\n- https://example.com/base.yaml\nimages: [{name: orders}]\n"],
    ["a base by git", "resources:\n- github.com/acme/base?ref=v1\n"],
  ])("%s", async (_, text) => {
    expect(await codeOf(() => edited(text, ["orders:v2"]))).toBe("KUSTOMIZATION_INVALID");
  });

  test("one entry by two of its names", async () => {
    const text = "images:\n- name: orders\n  newName: acme/orders\n";
    expect(await codeOf(() => edited(text, ["orders:v2", "acme/orders:v2"]))).toBe("ARGUMENT_INVALID");
  });

  test("the message names the line", () => {
    expect(() => edited("images:\n- name: orders\n  newTag: 1.10\n", ["orders:v2"])).toThrow(
      "k/kustomization.yaml:3:11",
    );
  });

  test("a tag alone does not unpin a digest", async () => {
    const text = `images:\n- name: orders\n  digest: ${oldDigest}\n`;
    expect(await codeOf(() => edited(text, ["orders:v2"]))).toBe("DIGEST_PINNED");
  });
});

describe("the overlay's path", () => {
  test.each(["/etc", "..", "k8s/../../etc", "a\0b"])("%j leads out of the source", async (path) => {
    expect(await codeOf(() => overlaySegments(path))).toBe("PATH_OUTSIDE_SOURCE");
  });

  test("is normalised, and names what lies on the way", () => {
    expect(overlaySegments("./k8s//overlays/größe 1/")).toEqual(["k8s", "overlays", "größe 1"]);
    expect(overlaySegments(".")).toEqual([]);
    expect(pathsTo(["a", "b"])).toEqual(["a", "a/b"]);
  });

  test("holds exactly one kustomization file", async () => {
    expect(kustomizationFile("o", ["a.yaml", "Kustomization"])).toBe("Kustomization");
    expect(await codeOf(() => kustomizationFile("o", ["a.yaml", "kustomization.yaml/"]))).toBe(
      "KUSTOMIZATION_NOT_FOUND",
    );
    expect(await codeOf(() => kustomizationFile("o", ["kustomization.yml", "kustomization.yaml"]))).toBe(
      "KUSTOMIZATION_INVALID",
    );
  });
});
