import { type Directory, dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Image } from "../../../modules/image/src/index.ts";
import { session } from "../../session.ts";

const image = new Image();
const dockerfile = `FROM python:3.11-slim AS first
ARG WORD=none
RUN python -c "open('/word', 'w').write('$WORD')"
FROM first AS second
RUN touch /second
`;
const context = (): Directory =>
  dag.directory().withNewFile("Dockerfile", dockerfile).withNewFile("deploy/D", dockerfile);

test("target, build arguments, labels and the Dockerfile's path hold", async () => {
  const built = await session(async () => {
    const container = image.build(context(), "deploy/D", "first", ["WORD=a=b"], ["org.example.word=x=y"]);
    return {
      word: await container.file("/word").contents(),
      second: await container.exists("/second"),
      label: await container.label("org.example.word"),
    };
  });
  expect(built).toEqual({ word: "a=b", second: false, label: "x=y" });
});

test("a step that fails ends the build", async () => {
  const broken = () => dag.directory().withNewFile("Dockerfile", "FROM python:3.11-slim\nRUN false\n");
  await expect(session(() => image.build(broken()).sync())).rejects.toThrow(/false/);
});

test("a build argument without a name is refused before anything runs", () => {
  expect(() => image.build(dag.directory(), "Dockerfile", "", ["=x"])).toThrow(/^ARGUMENT_INVALID/);
});
