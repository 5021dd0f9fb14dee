import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { pins as checkov } from "#modules/checkov/src/index.ts";
import { pins as conftest } from "#modules/conftest/src/index.ts";
import { pins as cosign } from "#modules/cosign/src/index.ts";
import { pins as files } from "#modules/files/src/pins.ts";
import { pins as gitleaks } from "#modules/gitleaks/src/index.ts";
import { pins as gitops } from "#modules/gitops/src/index.ts";
import { pins as helm } from "#modules/helm/src/index.ts";
import { pins as image } from "#modules/image/src/index.ts";
import { pins as kubeconform } from "#modules/kubeconform/src/index.ts";
import { pins as kustomize } from "#modules/kustomize/src/index.ts";
import { pins as python } from "#modules/python/src/pins.ts";
import { pins as registry } from "#modules/registry/src/index.ts";
import { pins as semgrep } from "#modules/semgrep/src/index.ts";
import { pins as syft } from "#modules/syft/src/index.ts";
import { pins as tofu } from "#modules/tofu/src/index.ts";
import { pins as trivy } from "#modules/trivy/src/index.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { codeOf } from "#pipelines/errors/errors.ts";
import { noLock, pinned, readLock, writeLock } from "#pipelines/lock/lock.ts";
import { lockable, lockedTools, pythonReference, toolImages } from "#pipelines/lock/references.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const lock = new Map([
  ["registry.example.com:5000/mirror/trivy:1.2", digest("b")],
  ["aquasec/trivy:0.65.0", digest("a")],
]);

describe("slipway.lock", () => {
  test("is read as it was written, in order of names", () => {
    const text = writeLock(lock);
    expect(new Map(readLock(text))).toEqual(lock);
    expect(text.indexOf("aquasec")).toBeLessThan(text.indexOf("registry.example.com"));
    expect(writeLock(readLock(text))).toBe(text);
  });

  test.each([
    ["", "an empty file"],
    ["version: 2\nimages: []\n", "another version"],
    ["version: 1\nimages: [a:1]\n", "an image without a digest"],
    [`version: 1\nimages: ["a@${digest("a")}"]\n`, "an image without a tag"],
    [`version: 1\nimages: ["a:1@${digest("A")}"]\n`, "a digest in capitals"],
    [`version: 1\nimages: ["$(id):1@${digest("a")}"]\n`, "a shell's syntax"],
    [`version: 1\nimages: ["a:1@${digest("a")}", "a:1@${digest("b")}"]\n`, "an image that is there twice"],
    ["version: 1\nimages: [\n", "no YAML"],
  ])("%j is refused: %s", (text) => {
    let thrown: unknown;
    try {
      readLock(text);
    } catch (error) {
      thrown = error;
    }
    expect(codeOf(thrown)).toBe("LOCK_INVALID");
  });

  test("leaves a reference as it is where it has a digest, or the lock none", () => {
    expect(pinned(lock, "aquasec/trivy:0.65.0")).toBe(`aquasec/trivy:0.65.0@${digest("a")}`);
    expect(pinned(lock, "aquasec/trivy:0.66.0")).toBe("aquasec/trivy:0.66.0");
    expect(pinned(lock, `aquasec/trivy:0.65.0@${digest("c")}`)).toBe(`aquasec/trivy:0.65.0@${digest("c")}`);
    const untagged = new Map([["localhost:5000/base:latest", digest("d")]]);
    expect(pinned(untagged, "localhost:5000/base")).toBe(`localhost:5000/base:latest@${digest("d")}`);
  });
});

describe("the images that are locked", () => {
  test("are all that the modules take, so that none is left to a tag", () => {
    const modules = {
      checkov,
      conftest,
      cosign,
      files,
      gitleaks,
      gitops,
      helm,
      image,
      kubeconform,
      kustomize,
    };
    const all = { ...modules, python, registry, semgrep, syft, tofu, trivy };
    const taken = Object.values(all)
      .flatMap((pins) => Object.values(pins))
      .filter((value) => typeof value === "string" && /[/:]/.test(value));
    expect(taken.length).toBeGreaterThan(25);
    const known = new Set([...Object.values(toolImages), pythonReference()]);
    expect(taken.filter((reference) => typeof reference !== "string" || !known.has(reference))).toEqual([]);
  });

  test("are those of slipway.yaml where it names some, and none that it pins itself", () => {
    const yaml = `tools: {trivy: "mirror.example.com/trivy:1", syft: "anchore/syft:1@${digest("e")}", python: mirror.example.com/python}`;
    const { tools } = readConfig(yaml, "slipway.yaml");
    const tags = lockable(tools, ["3.11", "3.11"]);
    expect(tags).toEqual([...new Set(tags)].sort());
    expect(tags).toContain("mirror.example.com/trivy:1");
    expect(tags).toContain("mirror.example.com/python:3.11-slim");
    expect(tags).toContain("mirror.example.com/python:3.13-slim");
    expect(tags.filter((tag) => /syft|aquasec|^python/.test(tag))).toEqual([]);
  });

  test("take the place of the tools' own by digest; without a lock nothing changes", () => {
    const { tools } = readConfig("", "slipway.yaml");
    expect(lockedTools(tools, noLock)).toEqual(tools);
    const locked = lockedTools(tools, lock);
    expect(locked.trivy).toBe(`aquasec/trivy:0.65.0@${digest("a")}`);
    expect(locked.syft).toBe(toolImages.syft);
  });
});

describe("the preset for Renovate", async () => {
  const preset: { customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[] } = JSON.parse(
    await readFile("ci/renovate/slipway.json", "utf8"),
  );
  /** What one of its managers finds in a file: dependency, value and digest of each match. */
  const found = (file: string, text: string) =>
    preset.customManagers
      .filter(({ managerFilePatterns }) =>
        managerFilePatterns.some((each) => new RegExp(each.slice(1, -1)).test(file)),
      )
      .flatMap(({ matchStrings }) =>
        matchStrings.flatMap((each) => [...text.matchAll(new RegExp(each, "g"))]),
      )
      .map(({ groups = {} }) => [groups.depName, groups.currentValue, groups.currentDigest]);

  test("finds every line of a lock as lock writes it", () => {
    const all = new Map(
      Object.values(toolImages).map((name) => [name.includes(":") ? name : `${name}:latest`, digest("a")]),
    );
    const seen = found("slipway.lock", writeLock(new Map([...all, ...lock])));
    expect(seen).toHaveLength(new Set([...all.keys(), ...lock.keys()]).size);
    expect(seen).toContainEqual(["registry.example.com:5000/mirror/trivy", "1.2", digest("b")]);
    expect(seen).toContainEqual(["aquasec/trivy", "0.65.0", digest("a")]);
  });

  test("finds the images of slipway.yaml, for each tool that it can name, and nothing else there", () => {
    const yaml = [
      "services:",
      "  api:",
      "    path: api",
      "    image: { name: registry.example.com/api }",
      '    test: { containers: { db: { image: "postgres:15", port: 5432 } } }',
      "tools:",
      ...Object.keys(toolImages).map(
        (tool) => `  ${tool}: mirror.example.com:5000/${tool}:v1@${digest("c")}`,
      ),
    ].join("\n");
    readConfig(yaml, "slipway.yaml");
    expect(found("sub/slipway.yaml", yaml)).toEqual([
      ["postgres", "15", undefined],
      ...Object.keys(toolImages).map((tool) => [`mirror.example.com:5000/${tool}`, "v1", digest("c")]),
    ]);
  });

  test("keeps to expressions that RE2 has", () => {
    for (const each of preset.customManagers.flatMap(({ matchStrings }) => matchStrings)) {
      expect(each).not.toMatch(/\(\?[=!]|\(\?<[=!]|\\[1-9]/);
    }
  });
});
