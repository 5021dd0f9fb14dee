import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { buildServiceImage } from "#pipelines/commands/build.ts";
import { codeOf } from "#pipelines/errors/errors.ts";
import { session } from "../../../session.ts";

const config = "services: {orders: {path: orders, image: {target: run}}}\n";

test.each<[what: string, dockerfile: string, says: string | RegExp]>([
  [
    "a file that is not there",
    "FROM scratch AS run\nCOPY missing.txt /\n",
    "IMAGE_BUILD_FAILED: not built from orders/Dockerfile: the file or folder /missing.txt, which it copies, is not there. Add it, or take it out of .dockerignore. If it is in a folder above, set `image.context` in slipway.yaml.",
  ],
  [
    "a step that fails",
    "FROM python:3.13-slim AS run\nRUN echo one && exit 3\n",
    /: not built from orders\/Dockerfile: the step `echo one && exit 3` ended with exit code 3\. Read the step's output/,
  ],
  [
    "a word that is none",
    "FROM scratch AS run\nRUNN true\n",
    /: not built from orders\/Dockerfile: .*line 2: unknown instruction: RUNN.*\. Correct the Dockerfile\.$/,
  ],
  [
    "a stage that is not there",
    "FROM scratch AS other\n",
    /: not built from orders\/Dockerfile: target stage "run" could not be found\. Correct `image\.target`/,
  ],
])("the error of a build names its Dockerfile, the cause and the remedy: %s", async (_, dockerfile, says) => {
  const source = () =>
    dag
      .directory()
      .withNewFile("slipway.yaml", config)
      .withNewFile("orders/setup.py", "")
      .withNewFile("orders/Dockerfile", dockerfile);
  const failed = await session(() =>
    buildServiceImage({ source: source() }).catch((error: unknown) => error),
  );
  expect(codeOf(failed)).toBe("IMAGE_BUILD_FAILED");
  expect((failed as Error).message).toMatch(says);
});
