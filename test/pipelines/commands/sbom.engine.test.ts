import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Directory, dag } from "@dagger.io/dagger";
import { beforeAll, describe, expect, test } from "vitest";
import { ci } from "#pipelines/ci.ts";
import { describeImage } from "#pipelines/commands/sbom.ts";
import { readCycloneDx } from "#pipelines/readers/sbom.ts";
import type { Request } from "#pipelines/request.ts";
import { exampleDatabase } from "../../../ci/engine/vulnerability-db.ts";
import { soon } from "../../fixtures/soon.ts";
import { session } from "../../session.ts";
import { cycloneDxSchema, faultsBy, spdxSchema } from "../checks/image/sbom-schema.ts";
import { recorded } from "../readers/recorded.ts";

const shop = fileURLToPath(new URL("../../fixtures/shop", import.meta.url));

let database: string;
beforeAll(async () => {
  database = dirname(await exampleDatabase());
});

/** A package of Python's in the image, with these lines about its license. */
const app = (name: string, license: string) => ({
  [`site/${name}-1.0.dist-info/METADATA`]: `Metadata-Version: 2.4\nName: ${name}\nVersion: 1.0\n${license}`,
  [`site/${name}-1.0.dist-info/RECORD`]: "",
});
const plain = {
  "pyproject.toml": '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.11"\n',
  Dockerfile:
    "FROM scratch\nCOPY site /usr/lib/python3/dist-packages/\nCOPY status /var/lib/dpkg/status\nCOPY os-release /etc/os-release\nUSER 1000\n",
  "os-release": "ID=debian\nVERSION_ID=12\n",
  status: "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2\nMaintainer: a\n\n",
  ...app("free-one", "License-Expression: MIT OR GPL-3.0-only\n"),
  ...app("odd-one", "License: Apache 2\n"),
};
const copyleft = app("copyleft-one", "License-Expression: AGPL-3.0-only\n");

/** What these tests are not about is switched off. */
const quiet =
  "services: { app: { path: ., lint: false, types: false, test: false } }\nscan: { secrets: false }\nfiles: false\n";
const policy = "licenses: { allow: [MIT], skip: [deb/*] }\n";

function folderOf(files: Readonly<Record<string, string>>): Directory {
  const config = { "slipway.yaml": `${quiet}${files["slipway.yaml"] ?? ""}` };
  return Object.entries({ ...plain, ...files, ...config }).reduce(
    (all, [path, text]) => all.withNewFile(path, text),
    dag.directory(),
  );
}

/** Outcome, reasons and note of some checks over a repository of these files, and the reports asked for. */
async function over(
  files: Readonly<Record<string, string>>,
  request: () => Partial<Request> = () => ({}),
  wanted: readonly string[] = [],
) {
  return session(async () => {
    const { verdict, reports } = await ci({
      source: folderOf(files),
      vulnerabilityDatabase: dag.host().directory(database),
      ...request(),
    });
    const lines = verdict.checks.map(({ name, outcome, reasons, note }) => [
      name,
      [outcome, ...reasons.map(({ code, text }) => `${code ?? ""} ${text}`.trim()), note ?? ""].join(" "),
    ]);
    const texts = await Promise.all(wanted.map((file) => reports.file(file).contents()));
    return {
      lines: new Map(lines.map(([name = "", line = ""]) => [name, line])),
      texts,
      notes: verdict.notes,
    };
  });
}

const sbomText = (name: string) =>
  JSON.stringify({ ...JSON.parse(recorded("sbom.syft.json")), source: { name } });
const previous = (text: string) => () => ({
  previousSboms: [dag.directory().withNewFile("last.json", text).file("last.json")],
});

describe("licenses", () => {
  test("what the policy allows passes, one of alternatives is enough, and what is unknown is noted", async () => {
    const { lines } = await over({ "slipway.yaml": policy });
    expect(lines.get("app/licenses")).toMatch(/^passed 2 packages, 1 skipped, 1 with an unknown license/);
  });

  test("what it does not allow fails, and an unknown one where that is asked for", async () => {
    const strict = policy.replace("allow:", "unknown: fail, allow:");
    const { lines } = await over({ "slipway.yaml": strict, ...copyleft });
    expect(lines.get("app/licenses")).toMatch(
      /^failed syft: 2 disallowed licenses: AGPL-3\.0-only in copyleft-one 1\.0, unknown-license in odd-one 1\.0/,
    );
    expect(lines.get("app/sbom")).toMatch(/^passed/);
  });

  test("a waiver for a license in a package holds", async () => {
    const waiver = `waivers: [{ rule: AGPL-3.0-only, package: copyleft-one, reason: bought, expires: ${soon} }]\n`;
    const { lines } = await over({ "slipway.yaml": policy + waiver, ...copyleft });
    expect(lines.get("app/licenses")).toMatch(/^passed .*1 waived/);
  });

  test("without an SBOM nothing is known, and the check of the SBOM says why", async () => {
    const { lines } = await over({ "slipway.yaml": `${policy}tools: { syft: "127.0.0.1:1/syft:1" }\n` });
    expect(lines.get("app/sbom")).toMatch(/^errored IMAGE_UNAVAILABLE/);
    expect(lines.get("app/licenses")).toMatch(/^skipped there is no SBOM/);
  });

  test("without a policy the check is skipped", async () => {
    const { lines } = await over({});
    expect(lines.get("app/licenses")).toMatch(/^skipped `licenses` in slipway\.yaml sets no policy/);
  });
});

describe("the last release", () => {
  test("what was added and removed since is in the reports, and stops nothing", async () => {
    const wanted = ["app/sbom/changes.json", "summary.md", "index.html"];
    const { lines, texts, notes } = await over({}, previous(sbomText("whatever")), wanted);
    expect(lines.get("app/sbom")).toMatch(/^passed .*3 added, 11 removed since the last release/);
    const [changes = "", markdown, page] = texts;
    const { added, removed } = JSON.parse(changes);
    expect(added).toContainEqual({
      type: "pypi",
      name: "free-one",
      after: { versions: ["1.0"], licenses: ["MIT OR GPL-3.0-only"] },
    });
    expect(removed.map(({ name }: { name: string }) => name)).toContain("withx");
    expect(markdown).toContain("### Packages");
    expect(page).toContain("<h2>Packages</h2>");
    expect(notes).toEqual([]);
  });

  test("one that cannot be read is an error at once", async () => {
    await expect(over({}, previous("{}"))).rejects.toThrow(
      /SBOM_INVALID: an SBOM of an earlier release: .*last\.json/,
    );
    await expect(over({}, previous(sbomText("x").slice(0, -9)))).rejects.toThrow(/SBOM_INVALID: /);
  });

  test("of several services each is known by what its SBOM describes, and one of none is noted", async () => {
    const files = ["registry.example.com/shop/orders:1.2.3", "notifier", "gone"];
    const found = await session(async () => {
      const previousSboms = files.map((name, index) =>
        dag.directory().withNewFile(`${index}.json`, sbomText(name)).file(`${index}.json`),
      );
      const source = dag.host().directory(shop);
      const { verdict } = await ci({
        source,
        previousSboms,
        vulnerabilityDatabase: dag.host().directory(database),
      });
      return {
        notes: verdict.notes,
        changed: verdict.checks
          .filter(({ evidence }) => evidence.changes !== undefined)
          .map(({ name }) => name),
      };
    });
    expect(found.changed.toSorted()).toEqual(["notifier/sbom", "orders/sbom"]);
    expect(found.notes).toEqual([
      "the SBOM 2.json of an earlier release describes 'gone', which matches no service",
    ]);
  });

  test("two of one service are an error", async () => {
    const request = () => ({
      previousSboms: ["a", "b"].map((name) =>
        dag.directory().withNewFile(`${name}.json`, sbomText("app")).file(`${name}.json`),
      ),
    });
    await expect(over({}, request)).rejects.toThrow(/ARGUMENT_INVALID: two SBOMs/);
  });
});

test("what Syft writes for the shop's images holds to the official schemas, and names what it named before", async () => {
  const [cyclonedx, spdx] = [cycloneDxSchema(), await spdxSchema()];
  for (const service of ["orders", "notifier"]) {
    const { texts, changes } = await session(async () => {
      const source = dag.host().directory(shop);
      const reports = await describeImage({ source, service });
      const texts = [
        await reports.file("sbom.cdx.json").contents(),
        await reports.file("sbom.spdx.json").contents(),
      ];
      const again = await describeImage({
        source,
        service,
        previousSboms: [reports.file("sbom.spdx.json")],
      });
      return { texts, changes: JSON.parse(await again.file("changes.json").contents()) };
    });
    const [inCycloneDx = "", inSpdx = ""] = texts;
    expect(faultsBy(cyclonedx, JSON.parse(inCycloneDx))).toEqual([]);
    expect(faultsBy(spdx, JSON.parse(inSpdx))).toEqual([]);
    expect(changes).toMatchObject({ added: [], removed: [], changed: [] });
    expect(changes.unchanged).toBeGreaterThan(50);
  }
  expect(faultsBy(spdx, JSON.parse(recorded("sbom.spdx.json")))).toEqual([]);
  expect(faultsBy(spdx, { ...JSON.parse(recorded("sbom.spdx.json")), spdxVersion: undefined })).not.toEqual(
    [],
  );
});

/** What the reader takes though the schema does not: all of it is about what is not read. */
const taken = [
  "invalid-component-swid",
  "invalid-dependency",
  "invalid-hash-alg",
  "invalid-hash-md5",
  "invalid-hash-sha1",
  "invalid-hash-sha256",
  "invalid-hash-sha512",
  "invalid-issue-type",
  // Both hold; a license of no name that SPDX knows is unknown.
  "invalid-license-declared-concluded-mix",
  "invalid-license-encoding",
  "invalid-license-id",
  "invalid-metadata-license",
  "invalid-patch-type",
  "invalid-properties",
  "invalid-scope",
  "invalid-serialnumber",
  "invalid-service-data",
];

test("the reader takes every valid example that CycloneDX publishes, and no invalid one that says of packages what is wrong", async () => {
  const schema = cycloneDxSchema();
  const examples = await session(async () => {
    const folder = dag
      .container()
      .from("python:3.13-slim")
      .withWorkdir("/examples")
      .withExec([
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-binary=:all:",
        "cyclonedx-python-lib==11.12.0",
      ])
      .withExec(["tar", "--extract", "--strip-components=1", "--file=cyclonedx_python_lib-11.12.0.tar.gz"])
      .directory("tests/_data/schemaTestData/1.6");
    const out = join(dirname(database), `examples-${process.pid}`);
    await folder.export(out);
    const names = (await folder.entries()).filter((name) => name.endsWith(".json"));
    return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(out, name), "utf8") })));
  });
  expect(examples.length).toBeGreaterThan(60);
  const wrong = examples.filter(({ name, text }) => isRead(text) !== isTaken(name));
  expect(wrong.map(({ name }) => name)).toEqual([]);
  const bySchema = examples.filter(
    ({ name, text }) => (faultsBy(schema, JSON.parse(text)).length === 0) !== name.startsWith("valid-"),
  );
  // Whether references meet is more than a schema can say.
  expect(bySchema.map(({ name }) => name)).toEqual([]);
});

function isTaken(name: string): boolean {
  return name.startsWith("valid-") || taken.some((each) => name === `${each}-1.6.json`);
}

function isRead(text: string): boolean {
  try {
    readCycloneDx(text, "example");
    return true;
  } catch {
    return false;
  }
}
