import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";

const read = (environments: object) =>
  readConfig(JSON.stringify({ environments }), "slipway.yaml").environments;

test("environments have places, an order and Applications", () => {
  const argocd = { server: "argocd.example.com", applications: ["shop-eu", "argocd/shop-us"] };
  expect(
    read({ staging: { overlays: ["s"] }, production: { after: "staging", overlays: ["p"], argocd } }),
  ).toEqual({
    staging: {
      overlays: [{ path: "s" }],
      helm: [],
      manifests: [],
      freeze: [],
      rollback: { onFailed: false },
    },
    production: {
      after: "staging",
      overlays: [{ path: "p" }],
      helm: [],
      manifests: [],
      freeze: [],
      rollback: { onFailed: false },
      argocd: { ...argocd, token: "ARGOCD_TOKEN", plaintext: false },
    },
  });
});

test.each<[what: string, environments: object, says: string]>([
  ["no place", { a: {} }, "at least one place"],
  ["a name with capitals", { A: { overlays: ["x"] } }, "lower-case"],
  [
    "an unknown one before it",
    { a: { after: "b", overlays: ["x"] } },
    "no `after`: there is no other environment",
  ],
  [
    "a circle",
    { a: { after: "b", overlays: ["x"] }, b: { after: "a", overlays: ["y"] } },
    "no circle: a after b after a",
  ],
  ["itself before it", { a: { after: "a", overlays: ["x"] } }, "no circle: a after a"],
  ["an overlay of another one", { a: { overlays: ["x"] }, b: { overlays: ["x"] } }, "a has x too"],
  [
    "an Application of another one",
    {
      a: { overlays: ["x"], argocd: { server: "s", applications: ["shop"] } },
      b: { overlays: ["y"], argocd: { server: "s", applications: ["shop"] } },
    },
    "a has the Application shop of s too",
  ],
  ["a path out of the repository", { a: { overlays: ["../x"] } }, "overlays[0]"],
  [
    "a server with a scheme",
    { a: { overlays: ["x"], argocd: { server: "https://s", applications: ["shop"] } } },
    "HOST or HOST:PORT",
  ],
  ["evidence without a signer", { a: { overlays: ["x"], evidence: {} } }, "at least one signer"],
  [
    "evidence of an unknown kind",
    { a: { overlays: ["x"], evidence: { keys: ["k"], attestations: ["trust"] } } },
    "one of sbom, vulnerabilities, tests, provenance",
  ],
  [
    "a key out of the repository",
    { a: { overlays: ["x"], evidence: { keys: ["../k"] } } },
    "evidence.keys[0]",
  ],
  [
    "an Application twice",
    { a: { overlays: ["x"], argocd: { server: "s", applications: ["shop", "shop"] } } },
    "each Application once",
  ],
])("an environment with %s is refused", (_, environments, says) => {
  expect(() => read(environments)).toThrow(says);
});

const query = { name: "errors", prometheus: "https://p.example.com", query: "errors", max: 1 };

test.each<[what: string, confirm: object, says: string]>([
  ["no query", { queries: [] }, "at least one query"],
  ["a query twice", { queries: [query, query] }, "each name once"],
  ["a query without a bound", { queries: [{ ...query, max: undefined }] }, "at least one bound"],
  ["bounds that nothing is between", { queries: [{ ...query, min: 2 }] }, "no more than max"],
  ["an empty query", { queries: [{ ...query, query: " " }] }, "a query"],
  ["a login in an address", { queries: [{ ...query, prometheus: "https://a:b@p" }] }, "without login"],
  ["a key in an address", { queries: [{ ...query, prometheus: "https://p?key=a" }] }, "without login"],
  ["a port that is none", { queries: [{ ...query, prometheus: "https://p:99999" }] }, "the address of"],
  ["a user without a password", { queries: [{ ...query, username: "me" }] }, "`token` beside"],
  ["more values than there can be", { queries: [{ ...query, minSamples: 42 }], for: "10m" }, "41 at most"],
  ["values that are far apart", { queries: [query], for: "10m", every: "5m" }, "a quarter of `for`"],
])("a confirmation with %s is refused", (_, confirm, says) => {
  expect(() => read({ a: { overlays: ["x"], confirm } })).toThrow(says);
});

test("a time that is too short is one fault, and not a count of values that is no number", () => {
  const confirm = { queries: [query], for: "5s" };
  expect(() => read({ a: { overlays: ["x"], confirm } })).toThrow(
    /^(?:(?!NaN).)*for: found '5s'(?:(?!NaN).)*$/s,
  );
});
