import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Directory, dag, ImageLayerCompression } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Image } from "#modules/image/src/index.ts";
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
    const container = await image.build(
      context(),
      "deploy/D",
      "first",
      ["WORD=a=b"],
      ["org.example.word=x=y"],
    );
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
  await expect(session(async () => (await image.build(broken())).sync())).rejects.toThrow(/false/);
});

test("a build argument without a name is refused before anything runs", async () => {
  await expect(image.build(dag.directory(), "Dockerfile", "", ["=x"])).rejects.toThrow(/^ARGUMENT_INVALID/);
});

test("a secret is there for the step that mounts it, under its id, and in no file of the image", async () => {
  const text = `FROM python:3.11-slim
RUN --mount=type=secret,id=TOKEN python -c "import hashlib; s = open('/run/secrets/TOKEN').read(); open('/seen', 'w').write(hashlib.sha256(s.encode()).hexdigest())"
`;
  const canary = "canary-5d0f7c21";
  const folder = await mkdtemp(join(tmpdir(), "slipway-image-"));
  try {
    const archive = join(folder, "image.tar");
    const seen = await session(async () => {
      const secret = dag.setSecret("any", canary);
      const source = dag.directory().withNewFile("Dockerfile", text);
      const built = await image.build(source, "Dockerfile", "", [], [], undefined, ["TOKEN"], [secret]);
      const forcedCompression = ImageLayerCompression.Uncompressed;
      await built.asTarball({ forcedCompression }).export(archive);
      return built.file("/seen").contents();
    });
    expect(seen).toBe(createHash("sha256").update(canary).digest("hex"));
    const bytes = await readFile(archive);
    expect(bytes.includes(seen)).toBe(true);
    expect(bytes.includes(canary)).toBe(false);
  } finally {
    await rm(folder, { recursive: true });
  }
});
