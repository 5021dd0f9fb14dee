import { describe, expect, test } from "vitest";
import { setManifest } from "#modules/kustomize/src/manifest.ts";
import { parseRequest } from "#modules/kustomize/src/reference.ts";
import { codeOf } from "../code-of.ts";

const digest = `sha256:${"a".repeat(64)}`;
const set = (text: string, ...images: string[]): string =>
  setManifest("app.yaml", text, images.map(parseRequest));

const two = `# a comment
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers:
      - {name: migrate, image: "acme/orders:1.0"}
      containers:
      - image: acme/orders:1.0 # main
        env: [{name: image, value: acme/orders:1.0}]
      - image: acme/proxy:2
---
kind: Job
spec: {image: acme/orders}
`;

describe("setManifest", () => {
  test("sets an image in every document and container, and nothing that only looks like one", () => {
    expect(set(two, `acme/orders:1.1@${digest}`)).toBe(
      two
        .replace('"acme/orders:1.0"', `"acme/orders:1.1@${digest}"`)
        .replace("image: acme/orders:1.0 # main", `image: acme/orders:1.1@${digest} # main`)
        .replace("{image: acme/orders}", `{image: acme/orders:1.1@${digest}}`),
    );
  });

  test("sets the images of an Argo CD Application, as kustomize and as Helm take them", () => {
    const text = `kind: Application
spec:
  sources:
  - kustomize:
      images:
      - acme/orders:1.0
      - web=acme/orders:1.0
      - acme/other:1
  - helm:
      parameters:
      - {name: image.repository, value: acme/orders}
      - {name: image.tag, value: "1.0"}
      - {name: proxy.image, value: "acme/proxy:1"}
      - {name: other.tag, value: "1.0"}
`;
    expect(set(text, `acme/orders:1.1@${digest}`, `acme/proxy@${digest}`)).toBe(
      text
        .replace("- acme/orders:1.0", `- acme/orders:1.1@${digest}`)
        .replace("web=acme/orders:1.0", `web=acme/orders:1.1@${digest}`)
        .replace('image.tag, value: "1.0"', `image.tag, value: "1.1@${digest}"`)
        .replace('"acme/proxy:1"', `"acme/proxy@${digest}"`),
    );
    expect(set("kustomize: {images: [web=b/web:1]}\n", `web=acme/web@${digest}`)).toContain(
      `web=acme/web@${digest}`,
    );
  });

  test("sets a digest beside a tag of an Application, and refuses a tag alone without one", () => {
    const parameters = (...more: string[]) =>
      `helm: {parameters: [{name: image.registry, value: ghcr.io}, {name: image.repository, value: a}, ${more.join(", ")}]}\n`;
    const [tag, pinned] = ['{name: image.tag, value: "1"}', '{name: image.digest, value: ""}'];
    expect(set(parameters(tag, pinned), `ghcr.io/a@${digest}`)).toBe(
      parameters(tag, pinned.replace('""', `"${digest}"`)),
    );
    expect(codeOf(() => set(parameters(tag), `ghcr.io/a@${digest}`))).toBe("MANIFEST_INVALID");
  });

  test("sets several images at once, and leaves one that is set already", () => {
    const once = set(two, `acme/orders@${digest}`, `acme/proxy@${digest}`);
    expect(once).toContain(`- image: acme/proxy@${digest}\n`);
    expect(set(once, `acme/orders@${digest}`, `acme/proxy@${digest}`)).toBe(once);
  });

  test("gives an image another name, and finds it by that again", () => {
    const moved = set(two, `acme/orders=registry.test:5000/orders@${digest}`);
    expect(moved).toContain(`image: registry.test:5000/orders@${digest} # main`);
    expect(set(moved, `acme/orders=registry.test:5000/orders@${digest}`)).toBe(moved);
    expect(moved).toContain("value: acme/orders:1.0");
  });

  test("lets an alias follow an anchor that comes to say the same", () => {
    const text = "a: {image: &i orders:1}\nb: {image: *i}\n";
    expect(set(text, `orders@${digest}`)).toBe(`a: {image: &i orders@${digest}}\nb: {image: *i}\n`);
  });

  test("gives an alias a value of its own where its anchor is no image field", () => {
    const text = "x: &i orders:1\nb: {image: *i}\n";
    expect(set(text, `orders@${digest}`)).toBe(`x: &i orders:1\nb: {image: orders@${digest}}\n`);
  });

  test.each([
    ["an image that is not there", two, "other", "IMAGE_NOT_FOUND"],
    ["a name of which an image's is a part", two, "acme/order", "IMAGE_NOT_FOUND"],
    ["an empty file", "", "orders", "IMAGE_NOT_FOUND"],
    ["a template", "image: {{ .Values.image }}:1\n", "orders", "MANIFEST_INVALID"],
    ["what a merge key brings", "a: &a {image: orders:1, k: 1}\nb: {<<: *a}\n", "orders", "MANIFEST_INVALID"],
    ["a block of text", "image: >-\n  orders:1\n", "orders", "MANIFEST_INVALID"],
  ])("refuses %s", (_, text, name, code) => {
    expect(codeOf(() => set(text, `${name}@${digest}`))).toBe(code);
  });
});

test("an Application of thousands of parameters is edited in no time", () => {
  const parameters = Array.from(
    { length: 3000 },
    (_, at) =>
      `        - {name: a${at}.image.repository, value: a/b}\n        - {name: a${at}.image.tag, value: "1"}\n`,
  );
  const text = `kind: Application\nspec:\n  source:\n    helm:\n      parameters:\n${parameters.join("")}`;
  const digest = `sha256:${"0".repeat(64)}`;
  const edited = setManifest("a.yaml", text, [{ name: "a/b", tag: "2", digest }]);
  expect(edited.split(`2@${digest}`)).toHaveLength(3001);
});
