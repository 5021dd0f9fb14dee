import { describe, expect, test } from "vitest";
import { codeOf, edited, newDigest, oldDigest } from "./fixtures.ts";

// Faults of `kustomize edit set image` and of tools that do the same, each by its thread; notes/kustomize.md has them
// all, and which of them v5.8.2 still has.
describe("setImages does not repeat", () => {
  test("kustomize#4481, #2310: comments move, and the layout changes", () => {
    const text = [
      "resources:",
      "  # some important comment to below file:",
      "  - https.yaml",
      "",
      "images:",
      "- name: argo # keep",
      "  newName: argo",
      '  newTag: "123"',
      "",
    ].join("\n");
    expect(edited(text, ["argo=argo:234"])).toBe(text.replace("123", "234"));
  });

  test("kustomize#17, #3323: fields and entries are sorted, apiVersion and kind are added", () => {
    const text = "images:\n- newTag: v1\n  name: z\n- name: a\nnamespace: shop\n";
    expect(edited(text, ["z:v2"])).toBe(text.replace("v1", "v2"));
  });

  test("kustomize#2310: bases become resources", () => {
    const text = "bases:\n- ../base\nimages:\n- name: a\n  newTag: 0.1.0\n";
    expect(edited(text, ["a:2.0.0"])).toBe(text.replace("0.1.0", "2.0.0"));
  });

  test("kustomize#1486, #3856, #4294: fields that the tool does not know are dropped", () => {
    const text =
      "replicas:\n- {name: a, count: 2}\nhelmChartInflationGenerator:\n- chartName: c\nopenapi: {path: s.json}\nimages:\n- name: a\n  newTag: v1\n";
    expect(edited(text, ["a:v2"])).toBe(text.replace("v1", "v2"));
  });

  test("kustomize#1303, #4081, kargo#3743: a tag of digits becomes a number", () => {
    const text = "images:\n- name: a\n  newTag: v1\n";
    expect(edited(text, ["a:553640e6"])).toBe(text.replace("v1", '"553640e6"'));
    expect(edited(text, ["a:1.2"])).toBe(text.replace("v1", '"1.2"'));
  });

  test("kustomize#4713: tag and digest together are taken for a name", () => {
    expect(edited("images:\n- name: org/repo\n", [`org/repo:v1@${newDigest}`])).toBe(
      `images:\n- name: org/repo\n  newTag: v1\n  digest: ${newDigest}\n`,
    );
    expect(edited("images:\n- name: reg:5000/repo\n", [`reg:5000/repo:v1@${newDigest}`])).toBe(
      `images:\n- name: reg:5000/repo\n  newTag: v1\n  digest: ${newDigest}\n`,
    );
  });

  test("kustomize#3487: newName is dropped when a tag is set", () => {
    const text = "images:\n- name: a\n  newName: b\n  newTag: v1\n";
    expect(edited(text, ["a:v2"])).toBe(text.replace("v1", "v2"));
  });

  test("kustomize#4375: the tag is dropped when a name alone is set", async () => {
    expect(await codeOf(() => edited("images:\n- name: a\n  newTag: v1\n", ["a=b"]))).toBe("TAG_INVALID");
  });

  test("kustomize#4724: a second run adds a second list", async () => {
    const once = edited("resources: [a.yaml]\n", ["a:v1"]);
    expect(edited(once, ["a:v1"])).toBe(once);
    expect(await codeOf(() => edited("images:\n- name: a\nimages:\n- name: a\n", ["a:v1"]))).toBe(
      "KUSTOMIZATION_INVALID",
    );
  });

  test("argocd-image-updater#208: a second entry under the rendered name is added", () => {
    const text = "images:\n- name: frontend\n  newName: gcr.io/project/frontend\n  newTag: v1\n";
    expect(edited(text, ["gcr.io/project/frontend:v2"])).toBe(text.replace("v1", "v2"));
    expect(edited(text, ["gcr.io/project/frontend=b/frontend:v2"])).toBe(
      text.replace("gcr.io/project", "b").replace("v1", "v2"),
    );
  });
  test("tried in v5.8.2: a digest is dropped in silence when a tag is set", async () => {
    const text = `images:\n- name: a\n  newTag: v1\n  digest: ${oldDigest}\n`;
    expect(await codeOf(() => edited(text, ["a:v2"]))).toBe("DIGEST_PINNED");
  });

  test("tried in v5.8.2: any text is taken for a tag or a name, and -h as a name ends with exit code 0", async () => {
    for (const image of ["a:$(id)", "-h", "a b:1", "a@sha256:zz"]) {
      expect(await codeOf(() => edited("images: []\n", [image])), image).toMatch(/_INVALID$/);
    }
  });

  test("tried in v5.8.2: two entries of one name collapse into the last", async () => {
    const text = "images:\n- name: a\n  newTag: v1\n- name: a\n  newTag: v2\n";
    expect(await codeOf(() => edited(text, ["a:v3"]))).toBe("KUSTOMIZATION_INVALID");
    expect(edited(text, ["b:v3"])).toBe(`${text}- name: b\n  newTag: v3\n`);
  });

  test("tried in v5.8.2: anchors are expanded, CRLF and the byte order mark go", () => {
    const text =
      "\uFEFFimages:\r\n- name: a\r\n  newTag: &t 'v1'\r\n- name: b\r\n  newTag: *t\r\n- name: c\r\n  newTag: v1";
    expect(edited(text, ["c:v2"])).toBe(text.replace(/v1$/, "v2"));
  });

  test("tried in v5.8.2: of several documents in the file all but one are read over or mixed up", async () => {
    expect(await codeOf(() => edited("images: [{name: a}]\n---\nimages: []\n", ["a:v1"]))).toBe(
      "KUSTOMIZATION_INVALID",
    );
  });
});
