import { describe, expect, test } from "vitest";
import type { Files } from "#pipelines/config/config.ts";
import { type PlannedFileLinter, planFileLinters } from "#pipelines/plan/file-linters.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

type Texts = Readonly<Record<string, string>>;

const planned = (files: Texts, wanted: Partial<Files> | false = {}) =>
  planFileLinters(new Tree(factsOf(files)), wanted && { lint: "auto", skip: [], ...wanted });

async function only(
  tool: PlannedFileLinter["tool"],
  files: Texts,
  wanted?: Partial<Files>,
): Promise<PlannedFileLinter | undefined> {
  return (await planned(files, wanted)).find((each) => each.tool === tool);
}

/** The paths that a tool looks at, of files with nothing in them. */
const pathsOf = async (tool: PlannedFileLinter["tool"], ...paths: readonly string[]) =>
  (await only(tool, Object.fromEntries(paths.map((path) => [path, ""]))))?.paths ?? [];

test("Python alone asks for none of them", async () => {
  expect(await planned({ "a.py": "", "setup.py": "", LICENSE: "", "k8s/a.yaml": "" })).toEqual([]);
});

test("false asks for none, and looks at nothing", async () => {
  const facts = { ...factsOf({}), all: () => Promise.reject(new Error("looked")) };
  expect(await planFileLinters(new Tree(facts), false)).toEqual([]);
});

describe("ShellCheck looks at", () => {
  test("scripts by their endings", async () => {
    expect(
      await pathsOf(
        "shellcheck",
        "a.sh",
        "b.bash",
        "-c d.ksh",
        "e\nf.dash",
        "g.zsh",
        "h.sh.j2",
        "sh",
        "i.fish",
      ),
    ).toEqual(["a.sh", "b.bash", "-c d.ksh", "e\nf.dash"]);
  });

  test.each<[is: boolean, line: string]>([
    [true, "#!/bin/sh"],
    [true, "#!/bin/bash -eu"],
    [true, "#! /usr/local/bin/dash"],
    [true, "#!/usr/bin/env bash"],
    [true, "#!/usr/bin/env -S bash -e"],
    [true, "#!/usr/bin/env -S A=1 ksh"],
    [true, "#!sh"],
    [false, "#!/usr/bin/env python3"],
    [false, "#!/bin/zsh"],
    [false, "#!/usr/bin/fish"],
    [false, "#!/bin/bashful"],
    [false, "# /bin/sh"],
    [false, " #!/bin/sh"],
    [false, ""],
    [false, "\u007fELF\u0001#!/bin/sh"],
  ])("what has no ending by its first line: %s, %j", async (is, line) => {
    const found = await only("shellcheck", { "bin/deploy": `${line}\nx\n` });
    expect(found?.paths ?? []).toEqual(is ? ["bin/deploy"] : []);
  });

  test("nothing that another ending or a usual name tells is none", async () => {
    const shell = "#!/bin/sh\n";
    expect(await planned({ "a.txt": shell, Makefile: shell, ".envrc": shell })).toEqual([]);
  });
});

test("hadolint looks at what is named like a Dockerfile, but not at templates and lists", async () => {
  const yes = [
    "Dockerfile",
    "a/Dockerfile.dev",
    "Dockerfile-prod",
    "b/api.Dockerfile",
    "c.dockerfile",
    "Containerfile",
  ];
  const no = [
    "Dockerfile.dockerignore",
    "Dockerfile.j2",
    "Dockerfiles",
    "Dockerfile/readme",
    "dockerfile.py",
    "xDockerfile",
  ];
  expect(await pathsOf("hadolint", ...yes, ...no)).toEqual(yes);
});

test("actionlint looks at workflows, zizmor at actions too", async () => {
  const workflows = [".github/workflows/a.yml", ".github/workflows/b.yaml"];
  const actions = ["action.yml", ".github/actions/x/action.yaml"];
  const no = [".github/workflows/x/c.yml", ".github/a.yml", "x/.github/workflows/d.yml", "reaction.yml"];
  expect(await pathsOf("actionlint", ...workflows, ...actions, ...no)).toEqual(workflows);
  expect(await pathsOf("zizmor", ...workflows, ...actions, ...no)).toEqual([...workflows, ...actions]);
});

describe("yamllint", () => {
  test.each<[what: string, files: Texts]>([
    ["settings", { ".yamllint": "" }],
    ["settings of another name", { ".yamllint.yml": "" }],
    ["a hook", { ".pre-commit-config.yaml": "repos: [{repo: a, rev: v1.35.1, hooks: [{id: yamllint}]}]" }],
  ])("runs where the repository has %s", async (_, files) => {
    expect((await only("yamllint", { "a.yaml": "", ...files }))?.paths).toContain("a.yaml");
  });

  test("runs where slipway.yaml names it", async () => {
    const found = await planned({ "a.yml": "", "b.sh": "" }, { lint: ["yamllint"] });
    expect(found).toEqual([{ tool: "yamllint", paths: ["a.yml"], reads: ["a.yml"] }]);
  });

  test("reads what its settings refer to", async () => {
    const settings = "extends: ./ci/base.conf\nignore-from-file: [.gitignore, ../x, nothing]\n";
    const found = await only("yamllint", {
      ".yamllint": settings,
      ".gitignore": "",
      "ci/base.conf": "",
      "ci/main.py": "",
      "k8s/a.yaml": "",
      "k8s/b/c.yaml": "",
    });
    expect(found?.reads).toEqual([".gitignore", ".yamllint", "ci/base.conf", "k8s/"]);
  });

  test.each(["a: [", "[]", "extends: 3", "a: &a [*a, *a]\n".repeat(200)])(
    "goes by settings that are malformed all the same: %j",
    async (text) => {
      expect((await only("yamllint", { ".yamllint": text, "a.yaml": "" }))?.reads).toEqual([
        ".yamllint",
        "a.yaml",
      ]);
    },
  );
});

test.each<[text: string, least: string | undefined]>([
  ["failure-threshold: error", "error"],
  ["failure-threshold: style", "style"],
  ["failure-threshold: ignore", "none"],
  ["no-fail: true\nfailure-threshold: error", "none"],
  ["failure-threshold: sometimes", undefined],
  ["failure-threshold: [", undefined],
  ["ignored: [DL3008]", undefined],
  ["", undefined],
])("what stops is what hadolint's own settings say: %j", async (text, least) => {
  expect((await only("hadolint", { Dockerfile: "", ".hadolint.yaml": text }))?.threshold).toBe(least);
});

test("each is given what it reads alone: settings, whole folders, single files", async () => {
  const files = {
    "a/.shellcheckrc": "",
    "a/b.sh": "",
    "c/d.sh": "",
    "c/e.py": "",
    Dockerfile: "",
    ".hadolint.yaml": "",
    ".github/workflows/x.yml": "",
    ".github/actions/y/action.yml": "",
    ".github/actions/y/main.sh": "",
    ".github/actionlint.yaml": "",
    ".github/zizmor.yml": "",
    ".github/dependabot.yml": "",
  };
  const found = await planned(files);
  expect(Object.fromEntries(found.map(({ tool, reads }) => [tool, reads]))).toEqual({
    shellcheck: [".github/actions/y/main.sh", "a/", "c/d.sh"],
    hadolint: [".hadolint.yaml", "Dockerfile"],
    actionlint: [".github/actionlint.yaml", ".github/actions/y/action.yml", ".github/workflows/"],
    zizmor: [
      ".github/actions/y/action.yml",
      ".github/dependabot.yml",
      ".github/workflows/",
      ".github/zizmor.yml",
    ],
  });
});

test.each(["node_modules", "vendor", ".venv", "x.egg-info", ".mypy_cache", "fixtures", "build"])(
  "what lies in %s is passed over, also below other folders",
  async (folder) => {
    expect(await planned({ [`a/${folder}/b.sh`]: "", [`${folder}/c/Dockerfile`]: "" })).toEqual([]);
    expect(await pathsOf("shellcheck", `${folder}.sh`)).toEqual([`${folder}.sh`]);
  },
);

test("what slipway.yaml skips is passed over; what it names has a place though there is nothing for it", async () => {
  const found = await planned(
    { "old/a.sh": "", "older.sh": "", "one.sh": "" },
    { lint: ["shellcheck", "hadolint"], skip: ["old", "one.sh"] },
  );
  expect(found).toEqual([
    { tool: "hadolint", paths: [], reads: [] },
    { tool: "shellcheck", paths: ["older.sh"], reads: ["older.sh"] },
  ]);
});

test("the version of zizmor and yamllint is the locked one, else the hook's", async () => {
  const hooks = `repos:
  - {repo: a, rev: v1.35.1, hooks: [{id: yamllint}]}
  - {repo: b, rev: v1.9.0, hooks: [{id: zizmor}]}
  - {repo: c, rev: v0.9.0, hooks: [{id: shellcheck}]}
`;
  const lock = '[[package]]\nname = "yamllint"\nversion = "1.37.0"\n';
  const files = {
    ".pre-commit-config.yaml": hooks,
    "uv.lock": lock,
    "a.sh": "",
    ".github/workflows/a.yml": "",
  };
  const found = await planned(files);
  expect(found.map(({ tool, version }) => [tool, version])).toEqual([
    ["actionlint", undefined],
    ["shellcheck", undefined],
    ["yamllint", "1.37.0"],
    ["zizmor", "1.9.0"],
  ]);
});
