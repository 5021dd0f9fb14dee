import { describe, expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { configurationText } from "#pipelines/init/configuration.ts";
import type { FoundService } from "#pipelines/init/found-services.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { factsOf } from "../plan/facts-of.ts";

const service = (more: Partial<FoundService> = {}): FoundService => ({
  name: "orders",
  path: "services/orders",
  hasTests: true,
  ...more,
});

async function plannedService() {
  const [planned] = (await plan(factsOf({ "requirements.txt": "" }), readConfig(undefined, "slipway.yaml")))
    .services;
  if (planned === undefined) throw new Error("no service");
  return planned;
}

/** What the text says, as the pipelines take it. */
const said = (...args: Parameters<typeof configurationText>) =>
  readConfig(configurationText(...args), "slipway.yaml");

describe("slipway.yaml as init writes it", () => {
  test("names services, images and overlays, and leaves the rest to its default", () => {
    const image = "registry.example.com/shop/orders";
    const config = said([service({ container: { hasHealthcheck: true }, image })], ["k8s/overlays/staging"]);
    const plain = readConfig("services: {orders: {path: services/orders}}", "slipway.yaml");
    expect(config).toMatchObject({
      services: { orders: { path: "services/orders", image: { name: image } } },
      bump: { overlays: ["k8s/overlays/staging"] },
    });
    expect({ ...config, services: {}, bump: {} }).toEqual({ ...plain, services: {}, bump: {} });
  });

  test("has what a workflow of the repository prepares for the tests", async () => {
    const preparation = {
      by: ".github/workflows/ci.yml",
      installs: [],
      packages: ["libmagic1"],
      before: ["python manage.py compilemessages"],
      withDatabase: ["alembic upgrade head"],
    };
    const planned = { ...(await plannedService()), preparation };
    const text = configurationText([service({ planned })], []);
    expect(readConfig(text, "slipway.yaml").services?.orders?.test).toMatchObject({
      packages: ["libmagic1"],
      before: ["python manage.py compilemessages"],
    });
    expect(text).toContain("test: # as in .github/workflows/ci.yml");
    expect(text).toContain(`#   before: ["python manage.py compilemessages", "alembic upgrade head"]`);
  });

  test("of a repository without a service passes its own schema", () => {
    expect(said([], []).services).toBeUndefined();
  });

  test.each([
    "$(touch x)",
    'it\'s "quoted"',
    "line\nend",
    "#{{ x }}",
    "a: b # c",
    "- x",
    "&a",
    "*a",
    "!!binary x",
    "ü ‮ x",
    "tab\tand\rreturn",
    "true",
    "12",
    `${"$"}{{ github.token }}`,
    " blank ",
    "\\u0041",
    "a\u2028b",
    "a\u0085b",
    "~",
    "'",
  ])("brings back the folder %j as it is, on one line", (path) => {
    const text = configurationText([service({ path })], [path]);
    const config = readConfig(text, "slipway.yaml");
    expect(config.services?.orders?.path).toBe(path);
    expect(config.bump.overlays).toEqual([path]);
    expect(text.split("\n")).toHaveLength(configurationText([service()], ["k8s"]).split("\n").length);
  });

  test("has names that YAML would take for numbers in quotes", () => {
    const names = ["123", "1e3", "0x1f", "on", "null"];
    const config = said(
      names.map((name) => service({ name, path: name })),
      [],
    );
    expect(Object.keys(config.services ?? {}).sort()).toEqual(names.sort());
  });

  test("has comments that hold to the schema once they are taken in", () => {
    const found = [
      service({ container: { hasHealthcheck: true } }),
      service({ name: "notifier", path: "n", hasTests: false, container: { hasHealthcheck: false } }),
    ];
    const text = configurationText(found, []);
    const open = text
      .split("\n")
      .filter((line) => !/^ *# [A-Z]/.test(line) && !line.startsWith("# yaml-language-server"))
      .map((line) => line.replace(/^( *)# (?=[ a-z])/, "$1"))
      .join("\n");
    expect(open).not.toMatch(/^ *#/m);
    const config = readConfig(open, "slipway.yaml");
    expect(config.services?.orders?.image).toMatchObject({ name: "registry.example.com/orders" });
    expect(config.services?.notifier?.test).toBe(false);
    expect(config.services?.orders?.test).toMatchObject({
      containers: { postgres: { ports: [{ local: 5432, port: 5432 }] } },
    });
    expect(config.gates).toMatchObject({ coverage: 80, severity: ["CRITICAL", "HIGH"] });
  });
});
