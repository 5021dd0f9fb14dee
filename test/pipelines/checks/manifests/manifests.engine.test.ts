import { dirname } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { checkManifests } from "#pipelines/checks/manifests/manifests.ts";
import { scanSource } from "#pipelines/checks/scan/source.ts";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { openWorkspace } from "#pipelines/workspace/workspace.ts";
import { exampleDatabase } from "../../../../ci/engine/vulnerability-db.ts";
import { session } from "../../../session.ts";

type Files = Readonly<Record<string, string>>;

const kustomization = (...resources: readonly string[]) => `resources: [${resources.join(", ")}]\n`;
const service = (port: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {ports: [{port: ${port}}]}\n`;
const privileged = `apiVersion: v1
kind: Pod
metadata: {name: app}
spec: {containers: [{name: app, image: "app:1", securityContext: {privileged: true}}]}
`;

const files: Files = {
  "setup.py": "",
  "k8s/base/kustomization.yaml": kustomization("service.yaml"),
  "k8s/base/service.yaml": service("80"),
  "k8s/overlay/kustomization.yaml": `${kustomization("../base")}namespace: shop\n`,
};

function repository(changes: Files): Directory {
  return Object.entries({ ...files, ...changes }).reduce(
    (folder, [name, text]) => folder.withNewFile(name, text),
    dag.directory(),
  );
}

/** Every check but that of links: name, outcome, and what it says. */
function lines(changes: Files = {}): Promise<readonly string[]> {
  return session(async () => {
    const { checks } = await checkKind("manifests", { source: repository(changes) });
    return checks
      .filter(({ name }) => name !== "source")
      .map(({ name, outcome, reasons, note }) =>
        [name, outcome, ...reasons.map(({ code, text }) => `${code ?? ""} ${text}`), note].join(" "),
      );
  });
}

const hasLine = (found: readonly string[], pattern: RegExp) =>
  expect(
    found.filter((line) => pattern.test(line)),
    found.join("\n"),
  ).toHaveLength(1);

test("what holds passes, each folder by itself, and leaves its reports", async () => {
  const [found, reports] = await session(async () => {
    const { checks } = await checkKind("manifests", { source: repository({}) });
    return [checks, checks.flatMap((each) => each.reports)] as const;
  });
  expect(found.map(({ name, outcome, note }) => `${name} ${outcome} ${note}`).slice(1)).toEqual([
    "manifests/k8s/base passed 1 object valid for Kubernetes 1.37",
    "manifests/k8s/overlay passed 1 object valid for Kubernetes 1.37",
    expect.stringMatching(/^manifests-scan passed \d+ findings? below the gate/),
  ]);
  expect(reports).toEqual(
    expect.arrayContaining([
      "manifests/k8s/overlay/kubeconform.json",
      "manifests/k8s/overlay/manifests.yaml",
      "manifests-scan/trivy.json",
      "manifests-scan/trivy.sarif",
    ]),
  );
});

describe("what fails", () => {
  test("a value of the wrong type, wherever it is rendered", async () => {
    const found = await lines({ "k8s/base/service.yaml": service("eighty") });
    const fault = "Service app /spec/ports/0/port: got string, want";
    hasLine(found, new RegExp(`^manifests/k8s/base failed  kubeconform: 1 manifest error: ${fault}`));
    hasLine(found, new RegExp(`^manifests/k8s/overlay failed .*${fault}`));
  });

  test("what an overlay alone makes wrong fails that overlay alone", async () => {
    const patch =
      "patches:\n  - target: {kind: Service}\n    patch: |\n      - {op: add, path: /spec/prots, value: []}\n";
    const found = await lines({ "k8s/overlay/kustomization.yaml": `${kustomization("../base")}${patch}` });
    hasLine(found, /^manifests\/k8s\/base passed/);
    hasLine(found, /^manifests\/k8s\/overlay failed .*additional properties 'prots' not allowed/);
  });

  test("a kind that the version of Kubernetes does not have", async () => {
    const old = "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: app}\n";
    const found = await lines({ "k8s/base/service.yaml": old });
    hasLine(found, /^manifests\/k8s\/base failed .*no Ingress in extensions\/v1beta1/);
  });

  test("a misconfiguration of a gated severity", async () => {
    const found = await lines({ "k8s/base/service.yaml": privileged });
    hasLine(
      found,
      /^manifests-scan failed {2}trivy: \d+ misconfigurations: HIGH \w+ k8s\/base\/kustomization/,
    );
  });
});

describe("what cannot be carried out", () => {
  test("a kustomization that does not render is an error, and the others are checked", async () => {
    const found = await lines({ "k8s/overlay/kustomization.yaml": kustomization("../gone") });
    hasLine(found, /^manifests\/k8s\/base passed/);
    hasLine(found, /^manifests\/k8s\/overlay errored TOOL_FAILED .*kustomize/);
    hasLine(found, /^manifests-scan passed/);
  });

  test("when none renders there is nothing to scan", async () => {
    const broken = kustomization("../gone");
    const found = await lines({
      "k8s/base/kustomization.yaml": broken,
      "k8s/overlay/kustomization.yaml": broken,
    });
    hasLine(found, /^manifests-scan skipped/);
  });

  test("an image that cannot be had", async () => {
    const found = await lines({ "slipway.yaml": 'tools: {kubeconform: "127.0.0.1:1/none:1"}\n' });
    expect(found.filter((line) => / errored IMAGE_UNAVAILABLE/.test(line))).toHaveLength(2);
  });

  test("a version of Kubernetes without schemas, and a folder of schemas that is not there", async () => {
    const version = await lines({ "slipway.yaml": 'manifests: {kubernetes: "1.99"}\n' });
    expect(version.filter((line) => / errored ARGUMENT_INVALID/.test(line))).toHaveLength(2);
    const folder = await lines({ "slipway.yaml": "manifests: {schemas: gone}\n" });
    expect(folder.filter((line) => / errored PATH_NOT_FOUND/.test(line))).toHaveLength(2);
  });
});

describe("a custom resource", () => {
  const certificate =
    "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a}\nspec: {days: 9}\n";
  const with_ = (more: Files = {}): Files => ({ "k8s/base/service.yaml": certificate, ...more });

  test("without a schema is named beside the pass", async () => {
    const found = await lines(with_());
    hasLine(
      found,
      /^manifests\/k8s\/base passed 0 objects .*a schema is missing: cert-manager\.io\/v1\/Certificate$/,
    );
  });

  test("fails where slipway.yaml asks for that, and not when its kind is skipped", async () => {
    const failing = await lines(with_({ "slipway.yaml": "manifests: {unknownKinds: fail}\n" }));
    hasLine(failing, /^manifests\/k8s\/base failed .*Certificate: there is no schema of this kind/);
    const skipping = "manifests: {unknownKinds: fail, skipKinds: [Certificate]}\n";
    hasLine(
      await lines(with_({ "slipway.yaml": skipping })),
      /^manifests\/k8s\/base passed .*1 of skipped kinds/,
    );
  });

  test("is held against the schema that the repository has", async () => {
    const schema = '{"properties": {"spec": {"properties": {"days": {"type": "string"}}}}}';
    const found = await lines(
      with_({
        "slipway.yaml": "manifests: {schemas: schemas}\n",
        "schemas/cert-manager.io/certificate_v1.json": schema,
      }),
    );
    hasLine(found, /^manifests\/k8s\/base failed .*Certificate a \/spec\/days: got number, want string/);
  });
});

describe("what is not rendered", () => {
  test("a Component by itself; but with the overlay that takes it in", async () => {
    const found = await lines({
      "k8s/part/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: part-\n",
      "k8s/overlay/kustomization.yaml": `${kustomization("../base")}components: [../part]\n`,
    });
    expect(found.map((line) => line.split(" ", 2).join(" "))).toEqual([
      "manifests/k8s/base passed",
      "manifests/k8s/overlay passed",
      "manifests-scan passed",
    ]);
  });

  test("folders that slipway.yaml skips, and nothing when it says so", async () => {
    const found = await lines({ "slipway.yaml": "manifests: {skip: [k8s/base]}\n" });
    expect(found.map((line) => line.split(" ", 1)[0])).toEqual(["manifests/k8s/overlay", "manifests-scan"]);
    expect(await lines({ "slipway.yaml": "manifests: false\n" })).toEqual([
      expect.stringMatching(/^manifests skipped/),
    ]);
  });
});

test("what the scan of the source reports is not reported again, and what kustomize alone makes is", async () => {
  const added =
    "patches:\n  - target: {kind: Pod}\n    patch: |\n      - {op: add, path: /spec/hostPID, value: true}\n";
  const database = dirname(await exampleDatabase());
  const [raw, rendered] = await session(async () => {
    const source = repository({
      "k8s/base/service.yaml": privileged,
      "k8s/overlay/kustomization.yaml": `${kustomization("../base")}namespace: shop\n${added}`,
    });
    const workspace = await openWorkspace({ source, vulnerabilityDatabase: dag.host().directory(database) });
    const scanned = scanSource(workspace);
    return [await scanned, ...[await checkManifests(workspace, () => scanned).at(-1)].flat()];
  });
  expect(raw.check.evidence.findings.length).toBeGreaterThan(0);
  expect(rendered?.check.evidence.findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual([
    "KSV010 k8s/overlay/kustomization.yaml",
  ]);
});
