import { describe, expect, test } from "vitest";
import { compare, report } from "#modules/kustomize/src/comparison.ts";
import { checkPresence, namesIn } from "#modules/kustomize/src/require-image.ts";
import { codeOf, newDigest, oldDigest } from "./fixtures.ts";

const pod = (image: string, name = "a", more = "") =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: shop}\nspec:\n  containers: [{name: c, image: "${image}"}]\n${more}`;
const target = { name: "orders", rendered: "orders", wanted: "orders:2", replaceDigest: false };
const join = (...documents: string[]) => documents.join("---\n");

describe("compare", () => {
  test("reports each image that changed", () => {
    expect(report(compare(pod("orders:1"), pod("orders:2"), [target]))).toBe(
      "v1 Pod shop/a spec.containers[0].image: orders:1 → orders:2",
    );
  });

  test("takes any image's change for good when no image is named", () => {
    expect(compare(pod("orders:1"), pod("other:2")).changed).toHaveLength(1);
  });

  test("does not mind the order of documents and keys", () => {
    const moved =
      'kind: Pod\nspec: {containers: [{image: "orders:2", name: c}]}\nmetadata: {namespace: shop, name: a}\napiVersion: v1\n';
    const other = pod("b:1", "b");
    expect(compare(join(pod("orders:1"), other), join(other, moved), [target]).changed).toHaveLength(1);
  });

  test("reads an image volume's reference and keys that end in Image", () => {
    const volumes = (tag: string) =>
      `kind: A\nspec: {runnerImage: "orders:${tag}", volumes: [{image: {reference: "orders:${tag}"}}]}\n`;
    expect(compare(volumes("1"), volumes("2"), [target]).changed).toHaveLength(2);
  });

  test.each([
    ["its tag", "1", "2"],
    ["all of it", "orders:1", "orders:2"],
  ])("takes a field that follows the image: %s", (_, was, is) => {
    const label = (value: string) => `metadata: {labels: {version: "${value}"}}\n`;
    const labelled = (value: string, image: string) => `kind: A\n${label(value)}image: ${image}\n`;
    const [before, after] = [labelled(was, "orders:1"), labelled(is, "orders:2")];
    expect(report(compare(before, after, [target]))).toContain(`metadata.labels.version: ${was} → ${is}`);
  });

  test.each([
    ["a field that did not follow the image", "0", "2"],
    ["a field that follows in part", "1", "2-rc"],
  ])("refuses %s", async (_, was, is) => {
    const pair = [
      `kind: A\nversion: "${was}"\nimage: orders:1\n`,
      `kind: A\nversion: "${is}"\nimage: orders:2\n`,
    ];
    expect(await codeOf(() => compare(pair[0] ?? "", pair[1] ?? "", [target]))).toBe("BUMP_CHANGED_MORE");
  });

  test.each([
    ["another image", join(pod("orders:1"), pod("b:1", "b")), join(pod("orders:2"), pod("b:2", "b"))],
    ["another result", pod("orders:1"), pod("orders:3")],
    ["another field", pod("orders:1"), pod("orders:2", "a", "  hostNetwork: true\n")],
    ["an object more", pod("orders:1"), join(pod("orders:2"), pod("orders:2", "b"))],
    ["an object less", join(pod("orders:1"), pod("orders:1", "b")), pod("orders:2")],
    ["a number for a text", "kind: A\na: '1'\nimage: orders:1\n", "kind: A\na: 1\nimage: orders:2\n"],
    ["an image that is no text", "kind: A\nimage: orders:1\n", "kind: A\nimage: {reference: orders:2}\n"],
    ["a reference that is no image's", "kind: A\nreference: orders:1\n", "kind: A\nreference: orders:2\n"],
  ])("refuses %s", async (_, before, after) => {
    expect(await codeOf(() => compare(before, after, [target]))).toBe("BUMP_CHANGED_MORE");
  });

  test("names what differs without its value, and at most five", async () => {
    const secret = (value: string) =>
      `kind: Secret\nmetadata: {name: s}\ndata: {${[..."abcdefg"].map((key) => `${key}: ${value}`).join(", ")}}\n`;
    const error = await Promise.resolve()
      .then(() => compare(secret("hunter1"), secret("hunter2")))
      .catch(String);
    expect(error).toMatch(/data\.a; .*data\.e and 2 more\. /);
    expect(error).not.toContain("hunter");
  });

  test("refuses a target that no rendered field came to be", async () => {
    expect(await codeOf(() => compare(pod("orders:1"), pod("orders:1"), [target]))).toBe("IMAGE_NOT_FOUND");
    expect(compare(pod("orders:2"), pod("orders:2"), [target]).changed).toEqual([]);
  });

  test("tells apart objects that share generateName", () => {
    const job = (image: string) => `kind: Job\nmetadata: {generateName: j-}\nimage: ${image}\n`;
    expect(
      compare(join(job("orders:1"), job("b:1")), join(job("orders:2"), job("b:1")), [target]).changed,
    ).toHaveLength(1);
  });

  test.each([
    ["broken YAML", "a: ["],
    ["a list", "- a\n"],
    [
      "an alias bomb",
      `a: &a [x, x]\n${[..."bcdefgh"].map((k, at) => `${k}: &${k} [${Array(9).fill(`*${"abcdefg"[at]}`)}]`).join("\n")}\n`,
    ],
    ["brackets 20 000 deep", `a: ${"[".repeat(20_000)}`],
  ])("refuses %s in place of manifests", async (_, text) => {
    expect(await codeOf(() => compare(text, pod("a:1")))).toBe("REPORT_MALFORMED");
  });
});

test("the images of an overlay are named as they are pulled, and as an entry names them", () => {
  const renames = [
    { name: "web", rendered: "ghcr.io/acme/web" },
    { name: "old", rendered: "ghcr.io/acme/old" },
  ];
  const rendered = join(
    pod("ghcr.io/acme/web:1", "w"),
    pod("b:5000/b@sha256:0", "b"),
    pod("b:5000/b:1", "c"),
  );
  expect(namesIn(rendered, renames)).toEqual(["b:5000/b", "ghcr.io/acme/web", "web"]);
});

describe("checkPresence", () => {
  test("names the images that there are, by the names to ask for", () => {
    const renames = [{ name: "web", rendered: "ghcr.io/acme/web" }];
    expect(() => checkPresence(join(pod("b:1"), pod("ghcr.io/acme/web:1", "w")), [target], renames)).toThrow(
      /^IMAGE_NOT_FOUND: .*orders\. .*: b, web\.$/,
    );
    expect(() => checkPresence("kind: A\n", [target], [])).toThrow(/^IMAGE_NOT_FOUND: .*none at all/);
  });

  test("refuses a tag alone where a manifest pins a digest", async () => {
    const pinned = pod(`orders:1@${oldDigest}`);
    expect(await codeOf(() => checkPresence(pinned, [target], []))).toBe("DIGEST_PINNED");
    expect(checkPresence(pinned, [{ ...target, replaceDigest: true }], [])).toBeUndefined();
    expect(checkPresence(pinned, [{ ...target, wanted: `orders@${newDigest}` }], [])).toBeUndefined();
  });
});
