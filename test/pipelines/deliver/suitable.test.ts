import { expect, test } from "vitest";
import { assertSuitable } from "#pipelines/deliver/suitable.ts";
import { applicationOf, followed, repository } from "./status.ts";

const source = { repoURL: repository, path: "overlays/production", targetRevision: "main" };

test.each<[what: string, spec: object, followed?: object]>([
  ["the overlay itself", { source }],
  ["a folder with all overlays", { source: { ...source, path: "./" } }],
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
