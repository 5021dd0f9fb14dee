import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";

const read = (yaml: string) => readConfig(`release: ${yaml}\n`, "slipway.yaml").release;

test("nothing is released where nothing is said, and a map alone has the defaults", () => {
  expect(readConfig("", "slipway.yaml").release).toBeUndefined();
  expect(read("{}")).toEqual({
    tags: [
      "type=sha,format=long",
      "type=semver,pattern={{version}}",
      "type=raw,value=latest,enable={{is_default_branch}}",
    ],
    replicas: [],
    sign: {},
    attest: ["sbom", "vulnerabilities", "tests", "provenance"],
    deadline: 120,
  });
});

test("where the digest is written has a branch and an author by default", () => {
  expect(
    read(
      "{gitops: {repository: 'git@git.example.com:shop/deploy.git', overlays: [./a/, {path: b, images: [acme/orders]}]}}",
    )?.gitops,
  ).toEqual({
    repository: "git@git.example.com:shop/deploy.git",
    branch: "main",
    overlays: [{ path: "a" }, { path: "b", images: ["acme/orders"] }],
    helm: [],
    manifests: [],
    author: "Slipway <slipway@localhost>",
  });
});

describe("what is none is refused with its place", () => {
  const gitops = (more: string) =>
    `{gitops: {repository: https://git.example.com/d.git, overlays: [a], ${more}}}`;
  test.each([
    ["{platforms: []}", "release.platforms"],
    [
      "{gitops: {repository: https://git.example.com/d.git, overlays: [{path: ../a}]}}",
      "release.gitops.overlays",
    ],
    ["{platforms: [linux/amd64, linux/amd64]}", "release.platforms"],
    ["{platforms: [windows/amd64]}", "release.platforms[0]"],
    ["{tags: []}", "release.tags"],
    ["{replicas: [replica.example.com/shop:1]}", "release.replicas[0]"],
    ["{replicas: ['--all']}", "release.replicas[0]"],
    ["{sign: true}", "release.sign"],
    ["{sign: {kms: 'file:///etc/passwd'}}", "release.sign.kms"],
    ["{sign: {kms: 'awskms:///alias/a', keyless: {}}}", "release.sign"],
    ["{sign: {keyless: {fulcio: 'https://user:password@fulcio'}}}", "release.sign.keyless.fulcio"],
    ["{attest: [everything]}", "release.attest[0]"],
    ["{deadline: 1s}", "release.deadline"],
    ["{gitops: {repository: https://git.example.com/d.git}}", "release.gitops"],
    [
      "{gitops: {repository: 'https://user:password@git.example.com/d.git', overlays: [a]}}",
      "release.gitops.repository",
    ],
    ["{gitops: {repository: 'ext::sh -c id', overlays: [a]}}", "release.gitops.repository"],
    ["{gitops: {repository: 'file:///srv/d.git', overlays: [a]}}", "--git-service"],
    ["{gitops: {repository: '-u', overlays: [a]}}", "release.gitops.repository"],
    [gitops("branch: ../a"), "release.gitops.branch"],
    [gitops("branch: '-d'"), "release.gitops.branch"],
    [gitops("branch: 'a b'"), "release.gitops.branch"],
    [gitops("branch: a.lock"), "release.gitops.branch"],
    [gitops("author: nobody"), "release.gitops.author"],
    [gitops('author: "a <b@c>\\nSigned-off-by: x <y@z>"'), "release.gitops.author"],
    [gitops('message: "a\\nb"'), "release.gitops.message"],
    [gitops("helm: [{file: ../values.yaml, path: b}]"), "release.gitops.helm[0].file"],
    [gitops("helm: [{file: values.yaml, path: 'b[x]'}]"), "release.gitops.helm[0].path"],
    [gitops("pullRequest: {forge: sourceforge}"), "release.gitops.pullRequest.forge"],
  ])("%s", (yaml, place) => {
    expect(() => read(yaml)).toThrow(place);
  });
});
