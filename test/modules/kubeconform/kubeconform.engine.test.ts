import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Kubeconform } from "#modules/kubeconform/src/index.ts";
import { readKubeconform } from "#pipelines/tools/kubeconform/reader.ts";
import { session } from "../../session.ts";

const kubeconform = new Kubeconform();

const map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
const certificate =
  "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {days: 9}\n";

const folder = (files: Readonly<Record<string, string>>): Directory =>
  Object.entries(files).reduce((all, [name, text]) => all.withNewFile(name, text), dag.directory());

/** Runs it and reads its report with its exit code. */
function conformity(run: () => Promise<Container>) {
  return session(async () => {
    const ran = await run();
    const text = await ran.file("/reports/kubeconform.json").contents();
    const { faults, unknown, ...rest } = readKubeconform(text, "kubeconform.json", await ran.exitCode());
    return {
      findings: faults.map(({ finding }) => finding),
      unknown: unknown.map(({ version }) => version),
      ...rest,
    };
  });
}

const validated = (text: string, ...rest: [kubernetes?: string, schemas?: Record<string, string>]) =>
  conformity(() =>
    kubeconform.validate(
      folder({ "a.yaml": text }),
      rest[0],
      rest[1] === undefined ? undefined : folder(rest[1]),
    ),
  );

describe("with the packed schemas", () => {
  test("objects of many kinds hold", async () => {
    const { findings, valid, unknown } = await conformity(async () =>
      kubeconform.validate(
        dag.host().directory("test/modules/kubeconform/manifests", { include: ["valid.yaml"] }),
        "1.33",
      ),
    );
    expect({ findings, valid, unknown }).toEqual({ findings: [], valid: 12, unknown: [] });
  });

  test("a field that there is not, a wrong type and a doubled key are found", async () => {
    const { findings } = await validated(
      `${map}datas: {}\n---\n${map}data: [a]\n---\n${map}kind: ConfigMap\n`,
    );
    expect(findings.map(({ message }) => message)).toEqual([
      "ConfigMap a: additional properties 'datas' not allowed",
      "ConfigMap a /data: got array, want null or object",
      expect.stringMatching(/already set in map/),
    ]);
  });

  test("the version decides which kinds there are", async () => {
    const policy =
      "apiVersion: flowcontrol.apiserver.k8s.io/v1beta3\nkind: FlowSchema\nmetadata: {name: a}\n";
    expect((await validated(policy, "1.31")).findings).toEqual([]);
    expect((await validated(policy, "1.32")).findings.map(({ rule }) => rule)).toEqual(["missing-schema"]);
  });

  test("a part of a kind is no object", async () => {
    const { findings } = await validated("apiVersion: apps/v1\nkind: DeploymentSpec\n");
    expect(findings.map(({ rule }) => rule)).toEqual(["missing-schema"]);
  });

  test.each(["1.25", "1.37"])("every kind of %s has a schema that can be read", async (kubernetes) => {
    const schemas = await mkdtemp(join(tmpdir(), "slipway-schemas-"));
    const { findings, unknown } = await conformity(async () => {
      await kubeconform.schemas(kubernetes).export(schemas);
      const objects = await objectsOf(join(schemas, `v${kubernetes}.0-standalone-strict`));
      expect(objects.length).toBeGreaterThan(150);
      return kubeconform.validate(folder({ "a.yaml": objects.join("\n---\n") }), kubernetes);
    });
    await rm(schemas, { recursive: true });
    expect(unknown).toEqual([]);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(["invalid"]));
  });
});

const kinds = z.object({
  "x-kubernetes-group-version-kind": z.array(
    z.object({ group: z.string(), version: z.string(), kind: z.string() }),
  ),
});

/** An object of each kind that there is a schema of, with nothing in it. */
async function objectsOf(path: string): Promise<readonly string[]> {
  const names = (await readdir(path)).filter((name) => !name.startsWith("_"));
  const texts = await Promise.all(names.map((name) => readFile(join(path, name), "utf8")));
  const objects = texts
    .flatMap((text) => kinds.parse(JSON.parse(text))["x-kubernetes-group-version-kind"])
    .map(({ group, version, kind }) =>
      JSON.stringify({ apiVersion: group === "" ? version : `${group}/${version}`, kind }),
    );
  return [...new Set(objects)];
}

describe("a custom resource", () => {
  const schema = JSON.stringify({ properties: { spec: { properties: { days: { type: "string" } } } } });

  test("without a schema is listed", async () => {
    expect(await validated(certificate)).toMatchObject({
      findings: [],
      unknown: ["cert-manager.io/v1/Certificate"],
    });
  });

  test.each([
    "cert-manager.io/certificate_v1.json",
    "certificate-cert-manager-v1.json",
    "certificate_v1.json",
  ])("is held against a schema handed in as %s", async (name) => {
    const { findings, unknown } = await validated(certificate, "1.37", { [name]: schema });
    expect(unknown).toEqual([]);
    expect(findings.map(({ message }) => message)).toEqual([
      "Certificate a /spec/days: got number, want string",
    ]);
  });

  test("with a schema that is broken, or on the web, is not taken for right", async () => {
    const web = JSON.stringify({ $ref: "https://example.com/schema.json" });
    for (const text of ["{", '{"type": 7}', web]) {
      const { valid } = await validated(certificate, "1.37", { "cert-manager.io/certificate_v1.json": text });
      expect(valid).toBe(0);
    }
  });

  test("can be skipped", async () => {
    const { skipped, unknown } = await conformity(() =>
      kubeconform.validate(folder({ "a.yaml": certificate }), undefined, undefined, [
        "cert-manager.io/v1/Certificate",
      ]),
    );
    expect({ skipped, unknown }).toEqual({ skipped: 1, unknown: [] });
  });
});

const ownSchemas = { "v1.99.0-standalone-strict/configmap-v1.json": '{"required": ["immutable"]}' };

test("schemas of the built-in kinds that are handed in stand in for the packed ones, of any version", async () => {
  const { findings } = await validated(map, "1.99", ownSchemas);
  expect(findings.map(({ message }) => message)).toEqual(["ConfigMap a: missing property 'immutable'"]);
});

test("a version without schemas is refused", async () => {
  await expect(validated(map, "1.99")).rejects.toThrow(/ARGUMENT_INVALID/);
});

test("what is not YAML is found", async () => {
  expect((await validated("a: [\n")).findings.map(({ rule }) => rule)).toEqual(["unreadable"]);
});

test("an image without kubeconform ends the call", async () => {
  const other = new Kubeconform("gcr.io/distroless/static-debian12");
  const run = () => other.validate(folder({ "a.yaml": map }), "1.99", folder(ownSchemas));
  await expect(conformity(run)).rejects.toThrow(/kubeconform/);
});
