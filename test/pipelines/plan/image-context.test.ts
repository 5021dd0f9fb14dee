import { describe, expect, test } from "vitest";
import { readConfig } from "../../../pipelines/config/read.ts";
import { contextOf, copiedBy } from "../../../pipelines/plan/image-context.ts";
import { Tree } from "../../../pipelines/plan/tree.ts";
import { dockerfileOf, plan } from "../../../pipelines/plan.ts";
import { factsOf } from "./facts-of.ts";

test.each<[what: string, dockerfile: string, copied: readonly string[]]>([
  ["nothing", "FROM a\nRUN b\n", []],
  [
    "files and a folder, without flags and the target",
    "COPY --chown=1:1 --link a.txt ./b/ /c/\n",
    ["a.txt", "b"],
  ],
  ["names in a list", 'ADD ["with blank.txt", "a", "/b/"]\n', ["with blank.txt", "a"]],
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
  ["names that only a build knows", "COPY $A a* b? [c] https://example.com/d git@example.com:e /f\n", []],
  ["the whole context, and what leads out of it", "COPY . ./ / ../a b\n", []],
  ["a heredoc", "COPY <<END a.txt\nCOPY never b\nEND\n", []],
  ["a list that is none", "COPY [a b\n", []],
])("a Dockerfile copies %s", (_, dockerfile, copied) => {
  expect(copiedBy(dockerfile)).toEqual(copied);
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
  const from = (dockerfile: string) => contextOf(new Tree(factsOf(files)), "a/b", dockerfile);

  test.each([
    ["its own folder where that has all", "COPY own.txt /\n", "a/b"],
    ["the nearest above that has all", "COPY shared both.txt /\n", "a"],
    ["the source's top", "COPY uv.lock a/shared /\n", "."],
    ["its own folder where no folder has all", "COPY own.txt uv.lock nowhere.txt /\n", "a/b"],
    ["its own folder where it copies nothing by name", "COPY . /\n", "a/b"],
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
  const named = "services: {app: {path: backend, image: {name: registry.example.com/app}}}";
  expect(await imageBy(named)).toMatchObject({ context: "..", name: "registry.example.com/app" });
});
