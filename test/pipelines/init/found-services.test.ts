import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { findServices } from "#pipelines/init/found-services.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../plan/facts-of.ts";

async function adopted(files: Readonly<Record<string, string>>, yaml: string) {
  const facts = factsOf(files);
  const config = readConfig(yaml, "slipway.yaml");
  return findServices({ facts, config, plan: await plan(facts, config) });
}

test("tests below a service that lies in another are not the outer one's, be it planned or not", async () => {
  const { services } = await adopted(
    {
      "setup.py": "",
      "inner/setup.py": "",
      "inner/test_a.py": "",
      "odd/pyproject.toml": "[",
      "odd/b_test.py": "",
    },
    "services: {outer: {path: .}, inner: {path: inner}, odd: {path: odd}}",
  );
  const has = Object.fromEntries(services.map(({ name, hasTests }) => [name, hasTests]));
  expect(has).toEqual({ outer: false, inner: true, odd: true });
});

test("a container is what the stage says that slipway.yaml has built", async () => {
  const { services } = await adopted(
    { "setup.py": "", Dockerfile: "FROM x AS app\nUSER 5\nFROM app AS test\nUSER root\n" },
    "services: {app: {path: ., image: {target: app}}}",
  );
  expect(services[0]?.container?.user).toBe("5");
});

test("an image is named as it is pulled, and found by its name in the manifests too", async () => {
  const { services, staging } = await adopted(
    {
      "a/setup.py": "",
      "a/Dockerfile": "FROM x\n",
      "b/setup.py": "",
      "b/Dockerfile": "FROM x\n",
      "k/staging/kustomization.yaml":
        "images: [{name: a, newName: ghcr.io/acme/service-a}, {name: web, newName: ghcr.io/acme/b}]",
    },
    "services: {a: {path: a}, b: {path: b}}",
  );
  expect(services.map(({ image }) => image)).toEqual(["ghcr.io/acme/service-a", "ghcr.io/acme/b"]);
  expect(staging).toEqual(["k/staging"]);
});
