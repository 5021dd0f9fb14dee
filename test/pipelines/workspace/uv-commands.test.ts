import { expect, test } from "vitest";
import type { Dependencies } from "#pipelines/plan/plan.ts";
import { installSteps } from "#pipelines/workspace/uv-commands.ts";

const none = { groups: [], extras: [], requirements: [] };
const unshared = { groups: [], extras: [], shared: [] };
const sync = ["sync", "--locked", "--inexact"];
const asLocked = ["--no-deps", "--no-editable", "--index-strategy=unsafe-best-match"];

test.each<[what: string, dependencies: Dependencies, runs: unknown]>([
  ["nothing", { kind: "none", reads: [] }, []],
  [
    "uv.lock of its own",
    {
      kind: "uv-lock",
      folder: "a",
      libraries: [],
      package: true,
      reads: ["a/uv.lock"],
      groups: ["dev"],
      extras: ["test"],
      shared: [],
    },
    [
      {
        args: [...sync, "--no-install-local", "--group=dev", "--extra=test"],
        folder: "a",
        reads: ["a/uv.lock"],
      },
    ],
  ],
  [
    "uv.lock as it is",
    {
      kind: "uv-lock",
      folder: ".",
      isFrozen: true,
      libraries: [],
      package: true,
      reads: ["uv.lock"],
      ...unshared,
    },
    [{ args: ["sync", "--frozen", "--inexact", "--no-install-local"], folder: ".", reads: ["uv.lock"] }],
  ],
  [
    "a workspace's lock, with a library that is installed last",
    {
      kind: "uv-lock",
      folder: ".",
      member: "a",
      libraries: ["lib/"],
      package: true,
      reads: ["uv.lock"],
      ...unshared,
    },
    [
      { args: [...sync, "--no-install-local", "--package=a"], folder: ".", reads: ["uv.lock"] },
      {
        args: [...sync, "--no-editable", "--no-install-project", "--package=a"],
        folder: ".",
        reads: ["uv.lock", "lib/"],
      },
    ],
  ],
  [
    "a lock that its own tool exported",
    {
      kind: "lock",
      tool: "poetry",
      isLocked: true,
      indexes: [{ name: "internal", url: "https://a.example/simple" }],
      package: true,
      reads: ["a/poetry.lock", "a/pyproject.toml"],
      libraries: ["lib/"],
      ...none,
    },
    [
      {
        args: [
          "pip",
          "install",
          ...asLocked,
          "--index=internal=https://a.example/simple",
          "--requirements=slipway-lock.txt",
        ],
        folder: "a",
        reads: ["lib/"],
      },
    ],
  ],
  [
    "a workspace's lock, with the groups of its top",
    {
      kind: "uv-lock",
      folder: ".",
      member: "a",
      libraries: [],
      package: true,
      reads: ["uv.lock"],
      ...unshared,
      shared: ["dev"],
    },
    [
      { args: [...sync, "--no-install-local", "--only-group=dev"], folder: ".", reads: ["uv.lock"] },
      { args: [...sync, "--no-install-local", "--package=a"], folder: ".", reads: ["uv.lock"] },
    ],
  ],
  [
    "a manifest without a lock, whose requirements have needs of their own",
    {
      kind: "lock",
      tool: "poetry",
      isLocked: false,
      indexes: [],
      package: true,
      reads: ["a/pyproject.toml"],
      libraries: [],
      groups: ["dev"],
      extras: [],
    },
    [{ args: ["pip", "install", "--no-editable", "--requirements=slipway-lock.txt"], folder: "a" }],
  ],
  [
    "requirements with hashes beside one without",
    {
      kind: "requirements",
      files: [{ path: "a/requirements.txt", hashed: true }],
      package: false,
      reads: [],
      ...none,
      requirements: ["pytest"],
    },
    [{ args: ["pip", "install", "--no-editable", "--requirements=requirements.txt", "pytest"], folder: "a" }],
  ],
  [
    "requirements with hashes",
    {
      kind: "requirements",
      files: [
        { path: "a/requirements.txt", hashed: true },
        { path: "a/requirements/dev.txt", hashed: true },
      ],
      package: false,
      reads: [],
      ...none,
    },
    [
      {
        args: [
          "pip",
          "install",
          "--no-editable",
          "--require-hashes",
          "--requirements=requirements.txt",
          "--requirements=requirements/dev.txt",
        ],
        folder: "a",
      },
    ],
  ],
  [
    "requirements with the groups and extras of pyproject.toml",
    {
      kind: "requirements",
      files: [{ path: "a/requirements.txt", hashed: false }],
      package: true,
      reads: [],
      groups: ["dev"],
      extras: ["test"],
      requirements: ["freezegun>=1"],
    },
    [
      {
        args: [
          "pip",
          "install",
          "--no-editable",
          "--requirements=requirements.txt",
          "--requirements=pyproject.toml",
          "--group=dev",
          "--extra=test",
          "freezegun>=1",
        ],
        folder: "a",
      },
    ],
  ],
  [
    "groups alone",
    { kind: "project", package: false, reads: ["a/pyproject.toml"], ...none, groups: ["dev"] },
    [{ args: ["pip", "install", "--group=dev"], folder: "a", reads: ["a/pyproject.toml"] }],
  ],
  [
    "a setup.cfg alone, which setuptools reads by a setup.py",
    { kind: "project", manifest: "a/setup.cfg", package: false, reads: ["a/"], ...none, extras: ["test"] },
    [
      {
        args: ["pip", "install", "--requirements=setup.cfg", "--extra=test"],
        folder: "a",
        reads: ["a/"],
        adds: { path: "a/setup.py", text: expect.stringContaining("setup()") },
      },
    ],
  ],
])("%s", (_, dependencies, runs) => {
  expect(installSteps(dependencies, "a")).toMatchObject(Object(runs));
});
