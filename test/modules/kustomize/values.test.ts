import { describe, expect, test } from "vitest";
import { parseRequest } from "#modules/kustomize/src/reference.ts";
import { setValues } from "#modules/kustomize/src/values.ts";
import { parseValuesPath } from "#modules/kustomize/src/values-path.ts";
import { codeOf } from "../code-of.ts";

const digest = `sha256:${"a".repeat(64)}`;
const old = `sha256:${"b".repeat(64)}`;
const set = (text: string, at: string, image: string): string =>
  setValues("values.yaml", text, at, parseRequest(image));

describe("setValues", () => {
  test("replaces a whole reference and keeps every other byte", () => {
    const text = `# top\r\norders:\r\n  image: 'acme/orders:1.0'   # keep\r\n\r\nother: {b: 1,  a: 2}`;
    expect(set(text, "orders.image", `acme/orders:1.1@${digest}`)).toBe(
      text.replace("acme/orders:1.0", `acme/orders:1.1@${digest}`),
    );
  });

  test("finds a HelmRelease in a file with others, and of two the one with the image", () => {
    const release = (image: string) =>
      `kind: HelmRelease\nspec:\n  values:\n    image:\n      repository: ${image}\n      tag: "1.0"\n`;
    const others = "kind: HelmRepository\nspec: {url: https://charts.test}\n---\n";
    const text = `${others}${release("acme/web")}---\n${release("acme/orders")}`;
    const after = `${others}${release("acme/web")}---\n${release("acme/orders").replace("1.0", `1.1@${digest}`)}`;
    expect(set(text, "spec.values.image", `acme/orders:1.1@${digest}`)).toBe(after);
    expect(set(text, "spec.values.image.tag", `acme/orders:1.1@${digest}`)).toBe(after);
    const alone = `${others}${release("acme/orders")}`;
    expect(set(alone, "spec.values.image", `acme/orders:1.1@${digest}`)).toContain(`1.1@${digest}`);
    const twice = `${release("acme/orders")}---\n${release("acme/orders")}`;
    expect(codeOf(() => set(twice, "spec.values.image", `acme/orders:1.1@${digest}`))).toBe(
      "MANIFEST_INVALID",
    );
  });

  test("takes the value of a Helm parameter as its name says", () => {
    const text = `spec: {source: {helm: {parameters: [{name: image.tag, value: "1.0"}]}}}\n`;
    expect(set(text, "spec.source.helm.parameters[0].value", `acme/orders:1.1@${digest}`)).toBe(
      text.replace("1.0", `1.1@${digest}`),
    );
  });

  test("sets digest and tag of a mapping whose repository, with its registry, is the image", () => {
    const text = `image:\n  registry: ghcr.io\n  repository: acme/orders\n  tag: "1.0" # t\n  digest: ""\n`;
    expect(set(text, "image", `ghcr.io/acme/orders:1.10@${digest}`)).toBe(
      text.replace('"1.0"', '"1.10"').replace('digest: ""', `digest: "${digest}"`),
    );
    expect(set(text, "image", `ghcr.io/acme/orders@${digest}`)).toBe(
      text.replace('digest: ""', `digest: "${digest}"`),
    );
  });

  test("gives an image another name, but not where its registry stands apart", () => {
    const request = `acme/orders=registry.test:5000/orders@${digest}`;
    expect(set("image: acme/orders:1\n", "image", request)).toBe(
      `image: registry.test:5000/orders@${digest}\n`,
    );
    const mapping = 'image:\n  repository: acme/orders\n  digest: ""\n';
    const moved = `image:\n  repository: registry.test:5000/orders\n  digest: "${digest}"\n`;
    expect(set(mapping, "image", request)).toBe(moved);
    expect(set(moved, "image", request)).toBe(moved);
    const apart = 'image:\n  registry: ghcr.io\n  repository: orders\n  digest: ""\n';
    expect(codeOf(() => set(apart, "image", `ghcr.io/orders=registry.test/orders@${digest}`))).toBe(
      "MANIFEST_INVALID",
    );
  });

  test.each([
    "evil/acme/orders",
    "evil.example.com/acme/orders",
    "acme/orders-evil",
    "ACME/orders",
    "orders",
  ])("leaves the image %s alone, which is another", (other) => {
    const code = (text: string) => codeOf(() => set(text, "image", `acme/orders:2@${digest}`));
    expect(code(`image: ${other}:1\n`)).toBe("IMAGE_NOT_FOUND");
    expect(code(`image:\n  repository: ${other}\n  digest: ""\n`)).toBe("IMAGE_NOT_FOUND");
  });

  test("fills a digest in that is not written", () => {
    const text = "image:\n  repository: orders\n  digest:\n  tag: x\n";
    expect(set(text, "image", `orders@${digest}`)).toBe(text.replace("digest:", `digest: ${digest}`));
  });

  test("gives a chart that reads a tag alone the tag with its digest", () => {
    const text = "image:\n  repository: orders\n  tag: v1\n";
    expect(set(text, "image", `orders:v2@${digest}`)).toBe(text.replace("v1", `v2@${digest}`));
    expect(set(text, "image.tag", `orders:v2@${digest}`)).toBe(text.replace("v1", `v2@${digest}`));
    expect(codeOf(() => set(text, "image", `orders@${digest}`))).toBe("MANIFEST_INVALID");
  });

  test("sets a digest by its own path, and a place in a list", () => {
    expect(set(`a: {digest: ${old}}\n`, "a.digest", `orders@${digest}`)).toBe(`a: {digest: ${digest}}\n`);
    expect(set("jobs:\n- image: j:1\n", "jobs[0].image", `j@${digest}`)).toBe(
      `jobs:\n- image: j@${digest}\n`,
    );
  });

  test("returns the same text when it is set already", () => {
    const text = `image: orders@${digest}\n`;
    expect(set(text, "image", `orders@${digest}`)).toBe(text);
  });

  test.each([
    ["another image", "image: other:1\n", "image", "IMAGE_NOT_FOUND"],
    ["another repository", "image: {repository: other, tag: v1}\n", "image", "IMAGE_NOT_FOUND"],
    ["nothing there", "image: orders:1\n", "orders.image", "PATH_NOT_FOUND"],
    ["a list", "image: [a]\n", "image", "MANIFEST_INVALID"],
    ["neither tag nor digest", "image: {repository: orders}\n", "image", "MANIFEST_INVALID"],
    ["a block", "image: |\n  orders:1\n", "image", "MANIFEST_INVALID"],
    ["no YAML", "image: [\n", "image", "MANIFEST_INVALID"],
    ["a template's blocks", "{{- if .Values.a }}\nimage: x\n", "image", "MANIFEST_INVALID"],
    ["two documents", "image: orders:1\n---\nimage: orders:1\n", "image", "MANIFEST_INVALID"],
    ["no document", "", "image", "PATH_NOT_FOUND"],
    ["a key twice", "image: orders:1\nimage: orders:2\n", "image", "MANIFEST_INVALID"],
    ["an anchor that something else follows", "image: &i orders:1\nother: *i\n", "image", "MANIFEST_INVALID"],
    ["bytes that are no UTF-8", "image: orders:1\n# \uFFFD\n", "image", "MANIFEST_INVALID"],
    ["a path of nothing", "image: orders:1\n", "", "ARGUMENT_INVALID"],
    ["a path with a hole", "image: orders:1\n", "a..b", "ARGUMENT_INVALID"],
  ])("refuses %s", (_, text, at, code) => {
    expect(codeOf(() => set(text, at, `orders:v2@${digest}`))).toBe(code);
  });

  test("ends an alias bomb", () => {
    const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
    for (let at = 0; at < 12; at++) {
      const [one, next] = [String.fromCharCode(97 + at), String.fromCharCode(98 + at)];
      bomb.push(`${next}: &${next} [${Array(9).fill(`*${one}`).join(",")}]`);
    }
    expect(codeOf(() => set(`${bomb.join("\n")}\nimage: orders:1\n`, "image", `orders@${digest}`))).toBe(
      "MANIFEST_INVALID",
    );
  });
});

test("a path has keys between dots, places in brackets, and quotes around keys with dots", () => {
  expect(parseValuesPath('a."b.c"[2].d[0]')).toEqual(["a", "b.c", 2, "d", 0]);
  expect(parseValuesPath("__proto__.x")).toEqual(["__proto__", "x"]);
});
