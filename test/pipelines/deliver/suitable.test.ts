import { expect, test } from "vitest";
import { assertSuitable, placesFollowed } from "#pipelines/deliver/suitable.ts";
import type { Place } from "#pipelines/release/gitops/place.ts";
import { applicationOf, followed, repository } from "./status.ts";

const [overlay] = followed.places as [Place];
const values: Place = { kind: "helm", path: "envs/production.yaml", at: "image" };
const manifest: Place = { kind: "manifest", path: "plain/app.yaml" };
const source = { repoURL: repository, path: "overlays/production", targetRevision: "main" };

test.each<[what: string, spec: object, followed?: object]>([
  ["the overlay itself", { source }],
  ["the overlay in another spelling", { source: { ...source, path: "./overlays//production/" } }],
  ["another spelling of the URL", { source: { ...source, repoURL: "https://git.example.com/fleet" } }],
  ["the same repository over ssh", { source: { ...source, repoURL: "git@git.example.com:fleet.git" } }],
  [
    "one of several sources",
    { sources: [{ repoURL: "https://charts.example.com", chart: "redis" }, source] },
  ],
  ["differences in other fields", { ignoreDifferences: [{ jsonPointers: ["/spec/replicas"] }] }],
  ["the branch in full", { source: { ...source, targetRevision: "refs/heads/main" } }],
])("an Application may follow %s", (_, spec) => {
  expect(() => assertSuitable("shop", applicationOf({}, spec), followed)).not.toThrow();
});

test.each<[what: string, place: Place, spec: object, is: boolean]>([
  ["an overlay in a folder above", overlay, { source: { ...source, path: "overlays" } }, false],
  ["an overlay from the top", overlay, { source: { ...source, path: "." } }, false],
  ["values of the chart's folder", values, { source: { ...source, path: "charts/shop" } }, false],
  [
    "values that the chart names",
    values,
    { source: { ...source, path: "charts/shop", helm: { valueFiles: ["../../envs/production.yaml"] } } },
    true,
  ],
  [
    "values of a chart from elsewhere",
    values,
    {
      sources: [
        {
          repoURL: "https://charts.example.com",
          chart: "shop",
          helm: { valueFiles: ["$v/envs/production.yaml"] },
        },
        { ...source, path: "", ref: "v" },
      ],
    },
    true,
  ],
  [
    "values that only lie beside",
    values,
    {
      sources: [
        { repoURL: "https://charts.example.com", chart: "shop" },
        { ...source, path: "", ref: "v" },
      ],
    },
    false,
  ],
  ["a manifest in the folder", manifest, { source: { ...source, path: "plain" } }, true],
  ["a manifest below the folder", manifest, { source: { ...source, path: "." } }, false],
  [
    "one that is searched for",
    manifest,
    { source: { ...source, path: ".", directory: { recurse: true } } },
    true,
  ],
])("%s is followed or not", (_, place, spec, is) => {
  const of = { ...followed, places: [place] };
  expect(placesFollowed(applicationOf({}, spec), of)).toEqual(is ? [place] : []);
});

test.each<[what: string, spec: object, says: string]>([
  [
    "another path",
    { source: { ...source, path: "overlays/staging" } },
    "APPLICATION_UNSUITABLE: the Application shop follows overlays/staging at main of 'https://git.example.com/fleet.git', and not overlays/production at main of",
  ],
  ["HEAD", { source: { ...source, targetRevision: "HEAD" } }, "overlays/production at HEAD of"],
  ["no revision", { source: { ...source, targetRevision: "" } }, "overlays/production at HEAD of"],
  [
    "another repository",
    { source: { ...source, repoURL: "https://evil.example.com/fleet.git" } },
    "evil.example.com",
  ],
  ["a path that only begins alike", { source: { ...source, path: "overlays/prod" } }, "overlays/prod at"],
  ["nothing", { source: undefined }, "follows nothing"],
  ["no synchronisation by itself", { syncPolicy: {} }, "does not synchronise by itself"],
  [
    "one that is switched off",
    { syncPolicy: { automated: { enabled: false } } },
    "does not synchronise by itself",
  ],
  ["no policy", { syncPolicy: null }, "does not synchronise by itself"],
  ...[
    "/spec/template/spec/containers/0/image",
    "/spec/template/spec/containers",
    "/spec/template/spec",
    "/spec/template",
    "/spec",
    "",
  ].map((pointer): [string, object, string] => [
    `no difference in ${pointer}`,
    { ignoreDifferences: [{ jsonPointers: [pointer] }] },
    "ignores differences in",
  ]),
  ...[".spec.template.spec.containers[].image", "..|.image?", ".spec.template.spec.containers[0]"].map(
    (path): [string, object, string] => [
      `no difference in ${path}`,
      { ignoreDifferences: [{ jqPathExpressions: [path] }] },
      "ignores differences in",
    ],
  ),
])("an Application with %s is refused", (_, spec, says) => {
  expect(() => assertSuitable("shop", applicationOf({}, spec), followed)).toThrow(says);
});
