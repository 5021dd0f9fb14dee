import { expect, test } from "vitest";
import { parse } from "yaml";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { isIgnoreFile, joinIgnoreFiles } from "./ignore-file.ts";

const text = "# accepted\nCVE-1 exp:2027-01-31\n\nAVD-DS-0002\n";
const yaml = "secrets:\n  - id: aws-key\n    paths: [a/b.py]\n    statement: revoked\n";

test("a list of ids applies to all kinds, with its dates", () => {
  const ids = [{ id: "CVE-1", expired_at: "2027-01-31" }, { id: "AVD-DS-0002" }];
  expect(parse(joinIgnoreFiles([{ path: ".trivyignore", text }], true))).toEqual({
    vulnerabilities: ids,
    misconfigurations: ids,
    secrets: ids,
    licenses: ids,
  });
});

test("below the top, a file applies to its folder", () => {
  const files = [
    { path: "s/.trivyignore", text: "CVE-1" },
    { path: "s/.trivyignore.yaml", text: yaml },
    { path: ".trivyignore.yml", text: yaml },
  ];
  expect(parse(joinIgnoreFiles(files, true))).toMatchObject({
    vulnerabilities: [{ id: "CVE-1", paths: ["s/**"] }],
    secrets: [
      { id: "CVE-1", paths: ["s/**"] },
      { id: "aws-key", paths: ["s/a/b.py"], statement: "revoked" },
      { id: "aws-key", paths: ["a/b.py"] },
    ],
  });
});

test.each([
  ["a folder called like a pattern", "*/.trivyignore.yaml", "", ["\\*/**"]],
  ["an empty list of paths", "s/.trivyignore.yaml", "paths: []", ["s/**"]],
  ["paths without a value", "s/.trivyignore.yaml", "paths:", ["s/**"]],
  ["paths of which one leads out", "s/.trivyignore.yaml", "paths: [../**, a]", ["s/a"]],
])("below the top, a file keeps to its folder: %s", (_, path, paths, kept) => {
  const files = [{ path, text: `secrets:\n  - id: aws-key\n    ${paths}\n` }];
  expect(parse(joinIgnoreFiles(files, true)).secrets).toEqual([{ id: "aws-key", paths: kept }]);
});

test("an entry whose paths all lead out of its folder ignores nothing", () => {
  const files = [{ path: "s/t/.trivyignore.yaml", text: "secrets: [{id: a, paths: [b/../../**]}]" }];
  expect(parse(joinIgnoreFiles(files, true)).secrets).toEqual([]);
});

test("in an image, the paths of the source are not those of the files", () => {
  const joined = parse(joinIgnoreFiles([{ path: "s/.trivyignore", text: "CVE-1" }], false));
  expect(joined.vulnerabilities).toEqual([{ id: "CVE-1" }]);
});

test.each(["secrets: {}", "secrets: [{paths: [a]}]", "secret: []", "- a", "a: ["])(
  "%j is refused",
  (broken) => {
    const files = [{ path: ".trivyignore.yaml", text: broken }];
    expect(codeOfThrow(() => joinIgnoreFiles(files, true))).toBe("CONFIG_INVALID");
  },
);

test("an empty file ignores nothing", () => {
  expect(parse(joinIgnoreFiles([{ path: ".trivyignore.yaml", text: "" }], true)).secrets).toEqual([]);
});

test.each([
  ["a/.trivyignore", true],
  [".trivyignore.yaml", true],
  ["a/.trivyignore.yml", true],
  [".trivyignore.bak", false],
])("%s is one: %s", (path, is) => {
  expect(isIgnoreFile(path)).toBe(is);
});
