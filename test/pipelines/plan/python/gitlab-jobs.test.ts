import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { gitlabTable } from "#pipelines/plan/python/calls/gitlab-files.ts";
import { gitlabJobs } from "#pipelines/plan/python/calls/gitlab-jobs.ts";
import { computingOf } from "../../../computing.ts";
import { factsOf } from "../facts-of.ts";

async function serviceOf(files: Readonly<Record<string, string>>) {
  const source = { "requirements.txt": "", "tests/a/test_a.py": "", "tests/b/test_b.py": "" };
  const { services } = await plan(factsOf({ ...source, ...files }), readConfig(undefined, "slipway.yaml"));
  const { askedTests, preparation } = services[0] ?? {};
  return {
    paths: askedTests?.paths ?? [],
    containers: Object.keys(askedTests?.containers ?? {}),
    packages: preparation?.packages ?? [],
    before: preparation?.before ?? [],
  };
}

const nothing = { paths: [], containers: [], packages: [], before: [] };

test("a job has what it extends, and the parts of others that it names", async () => {
  const file = `.base:
  services: [postgres:16]
  variables: { POSTGRES_PASSWORD: x }
.setup:
  before_script: [apt-get install -y gettext, !reference [.more, lines]]
.more: { lines: [mkdir a, mkdir b] }
.narrow: { script: [pytest tests/b] }
test:
  extends: [.base, .setup]
  variables: { A: b }
  script:
    - !reference [.more, lines]
    - pytest tests/a
`;
  expect(await serviceOf({ ".gitlab-ci.yml": file })).toEqual({
    paths: ["tests/a"],
    containers: ["postgres"],
    packages: ["gettext"],
    before: ["mkdir a", "mkdir b"],
  });
});

test("files that a pipeline includes are read, below its own", async () => {
  const files = {
    ".gitlab-ci.yml": `include: [{ local: /ci/*.yml }, "ci/deep/more.yml", "gone.yml"]\ntest: { script: [pytest tests/a] }\n`,
    "ci/test.yml": "test: { services: [redis], script: [pytest tests/b] }\n",
    "ci/deep/more.yml": "include: /.gitlab-ci.yml\n.x: { script: [pytest] }\n",
  };
  expect(await serviceOf(files)).toEqual({ ...nothing, paths: ["tests/a"], containers: ["redis"] });
});

test.each([
  "include: { project: a/b, file: /python-test.yml }\ntest: { script: [pytest tests/a] }\n",
  "all: { extends: .t }\n.t: { script: [make check] }\nsmoke: { script: [pytest tests/a] }\n",
])("a run that is not known lets no call leave tests out: %#", async (text) => {
  const files = { ".gitlab-ci.yml": text, Makefile: "check:\n\tpytest\n" };
  expect((await serviceOf(files)).paths).toEqual([]);
});

test("jobs that a person starts are no tests", async () => {
  const text =
    "a: { script: [pytest tests/a], rules: [{ when: manual }] }\nb: { script: [pytest tests/b] }\n";
  expect((await serviceOf({ ".gitlab-ci.yml": text })).paths).toEqual(["tests/b"]);
});

test("jobs that extend or name each other in a circle", () => {
  const text =
    "a: { extends: b, script: [x] }\nb: { extends: [a, constructor], before_script: [!reference [b, before_script]] }\n";
  expect(gitlabJobs(gitlabTable(text)).map(([step]) => step?.run)).toEqual(["x", "x"]);
});

test("survives parts that name each other many times, which may run tests", async () => {
  const part = (name: string, other: string) =>
    `.${name}: { s: [${`!reference [.${other}, s], `.repeat(50)}x] }\n`;
  const text = `${part("a", "b")}${part("b", "c")}${part("c", "d")}${part("d", "e")}${part("e", "a")}t: { script: [!reference [.a, s]] }\n`;
  expect(await computingOf(() => gitlabJobs(gitlabTable(text)))).toBeLessThan(3);
  expect(gitlabJobs(gitlabTable(text)).at(-1)?.[0]?.run).toContain("pytest");
});
