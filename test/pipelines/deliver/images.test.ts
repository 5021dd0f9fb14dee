import { expect, test } from "vitest";
import { imageIn, joinedImages, shortImage } from "#pipelines/deliver/image.ts";
import { readPods } from "#pipelines/deliver/pods.ts";
import { manifestImages } from "#pipelines/deliver/workloads.ts";
import { digest, image } from "./status.ts";

const pod = (...containers: readonly object[]) => ({ spec: { containers } });
const manifest = (kind: string, spec: object) =>
  JSON.stringify({ apiVersion: "v1", kind, metadata: { name: "a" }, spec });

test.each<[what: string, text: string, runs: boolean]>([
  ["a Deployment", manifest("Deployment", { template: pod({ image: `${image}@${digest}` }) }), true],
  ["a Rollout", manifest("Rollout", { template: pod({ image: `${image}@${digest}` }) }), true],
  ["a Pod", manifest("Pod", pod({ image: `${image}@${digest}` }).spec), true],
  [
    "one without replicas",
    manifest("Deployment", { replicas: 0, template: pod({ image: `${image}@${digest}` }) }),
    false,
  ],
  [
    "a CronJob",
    manifest("CronJob", { jobTemplate: { spec: { template: pod({ image: `${image}@${digest}` }) } } }),
    false,
  ],
  [
    "an init container",
    manifest("Deployment", {
      template: { spec: { containers: [], initContainers: [{ image: `${image}@${digest}` }] } },
    }),
    true,
  ],
])("the image of %s is found", (_, text, runs) => {
  expect(manifestImages(text)).toEqual([{ name: image, digest, runs }]);
});

test("images of custom resources count by their digest, and data does not", () => {
  const custom = {
    image: `${image}@${digest}`,
    proxyImage: "b",
    pools: [{ template: pod({ image: "c:1" }) }],
  };
  expect(manifestImages(manifest("Cluster", custom))).toEqual([
    { name: image, digest, runs: true },
    { name: "c", tag: "1", runs: true },
  ]);
});

test("other objects have no images, and a list has those of its items", () => {
  expect(manifestImages(manifest("ConfigMap", { image: "a" }))).toEqual([]);
  const items = [JSON.parse(manifest("Deployment", { template: pod({ image: "a:1" }) }))];
  expect(manifestImages(JSON.stringify({ apiVersion: "v1", kind: "List", metadata: {}, items }))).toEqual([
    { name: "a", tag: "1", runs: true },
  ]);
});

test("a reference is read in its parts, and one that is none is left out", () => {
  expect(imageIn(`host:5000/a/b:1@${digest}`, true)).toEqual({
    name: "host:5000/a/b",
    tag: "1",
    digest,
    runs: true,
  });
  for (const none of ["", "a b", "a@sha256:1", 7, undefined, "a\u001b"])
    expect(imageIn(none, true)).toBeUndefined();
});

test("an image of several places runs if one of them runs it", () => {
  const one = { name: "a", digest, runs: false };
  expect(joinedImages([one, { ...one, runs: true }, { name: "a", tag: "2", runs: false }])).toEqual([
    { ...one, runs: true },
    { name: "a", tag: "2", runs: false },
  ]);
  expect(shortImage({ name: "x/orders", tag: "1.2", digest })).toBe("orders 1.2@dddddddddddd");
  expect(shortImage({ name: "orders" })).toBe("orders without a tag");
});

const live = (changes: object) =>
  JSON.stringify({
    kind: "Pod",
    metadata: { name: "p" },
    spec: { containers: [{ name: "c", image: "a:1" }], initContainers: [{ name: "i", image: "b" }] },
    status: {
      phase: "Running",
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{ name: "c", imageID: "a@sha256:1" }],
      ...changes,
    },
  });

test("Pods are read as Argo CD prints them, one document after the other", () => {
  const containers = [
    { image: "a:1", imageId: "a@sha256:1" },
    { image: "b", imageId: "" },
  ];
  expect(readPods(`${live({})}\n---\n${live({ phase: "Failed", conditions: [] })}\n`, "shop")).toEqual([
    { name: "p", isReady: true, isOver: false, containers },
    { name: "p", isReady: false, isOver: true, containers },
  ]);
  expect(readPods("", "shop")).toEqual([]);
  for (const text of ["x", "{}", "[]", `${live({})}\n---\n{}`])
    expect(() => readPods(text, "shop")).toThrow("REPORT_MALFORMED");
});
