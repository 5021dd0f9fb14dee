import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { contextOf, copiedPaths, readPaths } from "#pipelines/plan/image-context.ts";
import { dockerfileOf, plan } from "#pipelines/plan/plan.ts";
import { Tree } from "#pipelines/plan/tree.ts";
import { factsOf } from "./facts-of.ts";

test.each<[what: string, dockerfile: string, copied: readonly string[]]>([
  ["nothing", "RUN b\n", []],
  [
    "files and a folder, without flags and the target",
    "copy --chown=1:1 --link a.txt ./b/ /c/\n",
    ["a.txt", "b"],
  ],
  ["names in a list", 'ADD ["with blank.txt", "a", "/b/"]\n', ["with blank.txt", "a"]],
  ["names in quotes", "COPY \"a\" 'b' /\n", ["a", "b"]],
  ["a path from the context's top", "COPY /a/b /c\n", ["a/b"]],
  [
    "what another stage or image has",
    "COPY --from=build /a /b\nRUN --mount=type=bind,from=build,source=a b\n",
    [],
  ],
  [
    "what a step mounts",
    "RUN --mount=type=cache,target=/x \\\n  --mount=type=bind,source=uv.lock,target=uv.lock \\\n  --mount=src=a,target=b c\n",
    ["uv.lock", "a"],
  ],
  ["what only a command says", "RUN docker run --mount=type=bind,source=x,target=y z\n", []],
  ["names that only a build knows", "COPY $A a* b? [c] https://example.com/d git@example.com:e /f\n", []],
  ["the whole context, and what leads out of it", "COPY . ./ / ../a b\n", ["."]],
  ["a heredoc", "COPY <<END a.txt\nCOPY never b\nEND\n", []],
  ["more after what is no heredoc", 'RUN python -c "print(1<<20)"\nRUN a <<<b\nCOPY a b\n', ["a"]],
  ["a list that is none", "COPY [a b\n", []],
])("a Dockerfile copies %s", (_, dockerfile, copied) => {
  expect(copiedPaths(`FROM a\n${dockerfile}`)).toEqual(copied);
});

test("only what the stage that is built needs is copied", () => {
  const dockerfile =
    "FROM a AS base\nCOPY base /\nFROM a AS deps\nCOPY deps /\nFROM Base\nCOPY --from=1 /x /\nCOPY prod /\nFROM base AS dev\nCOPY dev /\n";
  expect(copiedPaths(dockerfile)).toEqual(["dev", "base"]);
  expect(copiedPaths(dockerfile, "DEPS")).toEqual(["deps"]);
  expect(copiedPaths(dockerfile.slice(0, dockerfile.indexOf("FROM base AS dev")))).toEqual([
    "prod",
    "base",
    "deps",
  ]);
});

test.each<[what: string, dockerfile: string, read: readonly string[]]>([
  ["all of it, if the base image has what copies it", "FROM example.com/base\nCMD a\n", ["."]],
  ["all of it in another syntax", "# check=skip=all\n# syntax=example.com/mine\nFROM a\nCOPY b /\n", ["."]],
  ["the folder around a name that only the build knows", "FROM a\nCOPY b/$C/d e/*.py /\n", ["b", "e"]],
  ["what each stage of one name copies", "FROM a AS x\nFROM b AS x\nCOPY c /\nFROM x\n", ["c"]],
  ["what a stage named in quotes copies", 'FROM a AS x\nCOPY b /\nFROM "x"\n', ["b"]],
  ["all of it, if another stage sets the variable", "FROM a\nARG D=b\nFROM c\nCOPY ./$D /\n", ["."]],
  [
    "what the variable before the stages says",
    "ARG D=b\nFROM a AS x\nARG D=c\nFROM e\nARG D\nCOPY $D /\n",
    ["b"],
  ],
  ["what the variable of its base stage says", "FROM a AS x\nENV D=b\nFROM x\nCOPY $D /\n", ["b"]],
  ["what an ENV says rather than an ARG", "FROM a\nENV D b\nARG D=c\nCOPY $D /\n", ["b"]],
])("a build reads %s", (_, dockerfile, read) => {
  expect(readPaths(dockerfile)).toEqual(read);
});

test("a target may be the number of a stage", () => {
  expect(readPaths("FROM a\nCOPY b /\nFROM c\nCOPY d /\n", "0")).toEqual(["b"]);
});

describe("a Dockerfile is built from", () => {
  const files = {
    "a/b/Dockerfile": "",
    "a/b/own.txt": "",
    "a/shared/c.py": "",
    "uv.lock": "",
    "a/both.txt": "",
    "both.txt": "",
  };
  const from = (dockerfile: string) => contextOf(new Tree(factsOf(files)), "a/b", `FROM a\n${dockerfile}`);

  test.each([
    ["its service's folder where that has all", "COPY own.txt /\n", "a/b"],
    ["the nearest above that has all", "COPY shared both.txt /\n", "a"],
    ["the source's top", "COPY uv.lock a/shared /\n", "."],
    ["its service's folder where no folder has all", "COPY own.txt uv.lock nowhere.txt /\n", "a/b"],
    ["its service's folder where it copies nothing by name", "COPY . /\n", "a/b"],
    ["its service's folder where a file of all of it is made before", "COPY uv.lock /\nCOPY . /\n", "a/b"],
    ["the top where it names the service's own from there", "COPY uv.lock a/b/own.txt /\nCOPY . /\n", "."],
  ])("%s", async (_, dockerfile, folder) => {
    expect(await from(dockerfile)).toBe(folder);
  });
});

test("a member of a workspace is built from where the lock is, unless slipway.yaml says otherwise", async () => {
  const facts = factsOf({
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["backend"]\n',
    "uv.lock": "",
    "backend/pyproject.toml": '[project]\nname = "app"\n',
    "backend/app/main.py": "",
    "backend/Dockerfile": "FROM python:3.13\nCOPY uv.lock /\nCOPY ./backend/app /app/backend/app\n",
  });
  const imageBy = async (text: string) => {
    const { services, faults } = await plan(facts, readConfig(text, "slipway.yaml"));
    expect(faults).toEqual([]);
    const [service] = services;
    if (!service?.image) throw new Error("no image");
    expect(dockerfileOf(service, service.image)).toBe("backend/Dockerfile");
    return service.image;
  };
  expect(await imageBy("")).toMatchObject({ context: "..", dockerfile: "backend/Dockerfile" });
  const named = (image: string) => `services: {app: {path: backend, image: {${image}}}}`;
  expect(await imageBy(named("name: registry.example.com/app"))).toMatchObject({ context: ".." });
  expect(await imageBy(named("context: ."))).toMatchObject({ context: ".", dockerfile: "Dockerfile" });
});

test("the lock of its uv workspace tells the context of a build that also copies all of it", async () => {
  const dockerfile = "FROM a\nRUN --mount=type=bind,source=uv.lock,target=uv.lock uv sync\nCOPY . .\n";
  const from = (members: string) => {
    const files = {
      "pyproject.toml": `[tool.uv.workspace]\nmembers = [${members}]\n`,
      "uv.lock": "",
      "apps/a/pyproject.toml": '[project]\nname = "a"\n',
    };
    return contextOf(new Tree(factsOf(files)), "apps/a", dockerfile);
  };
  expect(await from('"apps/*"')).toBe(".");
  expect(await from('"libs/*"')).toBe("apps/a");
});

test("a Dockerfile that is a link to nowhere is left to the build", async () => {
  const facts = factsOf({ "pyproject.toml": '[project]\nname = "app"\n' });
  const linked = { ...facts, files: [...facts.files, "Dockerfile"] };
  const { services } = await plan(linked, readConfig(undefined, "slipway.yaml"));
  expect(services[0]?.image).toMatchObject({ context: ".", dockerfile: "Dockerfile" });
});
