import { expect, test } from "vitest";
import { baseLayers } from "#modules/image/src/base-layers.ts";

const config = (...created: readonly (string | undefined)[]) =>
  JSON.stringify({ history: created.map((created_by) => ({ created_by })) });

test.each([
  ["engines up to 0.20", "pulled from docker.io/library/python:3.13-slim@sha256:1f1"],
  ["engines from 0.21 on", "import image layer sha256:1f1"],
])("the layers that were pulled are counted from the bottom on, as %s name them", (_, pulled) => {
  expect(baseLayers(config(pulled, pulled, "COPY . /app", pulled))).toBe(2);
  expect(baseLayers(config(pulled))).toBe(1);
});

test("layers that the engine had from another image are the base's too, and what lies upon a step is not", () => {
  const [pulled, had] = ["pulled from docker.io/library/python:3.13-slim@sha256:1f1", "created by buildkit"];
  expect(baseLayers(config(had, pulled, "COPY . /app"))).toBe(2);
  expect(baseLayers(config(pulled, had, "mount / from exec /bin/sh -c true", had))).toBe(2);
  expect(baseLayers(config(had))).toBe(1);
});

test("a layer of one's own, or one that nothing is said of, is none of the base's", () => {
  expect(baseLayers(config("COPY . /app"))).toBe(0);
  expect(baseLayers(config(undefined))).toBe(0);
  expect(
    baseLayers(JSON.stringify({ history: [{ empty_layer: true }, { created_by: "pulled from x" }] })),
  ).toBe(1);
});
