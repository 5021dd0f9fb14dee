import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readKubeconform, unknownKind } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 1) => {
  const { faults, unknown, ...rest } = readKubeconform(text, "kubeconform.json", exitCode);
  return {
    findings: faults.map(({ finding }) => finding),
    unknown: unknown.map(({ version }) => version),
    ...rest,
  };
};

interface Counts {
  readonly valid?: unknown;
  readonly invalid?: unknown;
  readonly errors?: unknown;
  readonly skipped?: unknown;
}

const resource = (more: object = {}) => ({
  filename: "/manifests/manifests.yaml",
  kind: "ConfigMap",
  name: "a",
  version: "v1",
  status: "statusInvalid",
  msg: "m",
  ...more,
});
const report = (resources: readonly unknown[], counts: Counts = {}) =>
  JSON.stringify({ resources, summary: { valid: 0, invalid: 0, errors: 0, skipped: 0, ...counts } });
const missing = (version: string, kind: string) =>
  resource({ version, kind, status: "statusError", msg: `could not find schema for ${kind}` });

describe("a recorded report", () => {
  const { findings, valid, skipped, unknown } = read(recorded("kubeconform.json"));

  test("gives a finding for each fault, below the first level too, with its place in the object", () => {
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      "invalid: Deployment a /spec/template/spec/containers/0: additional properties 'port' not allowed",
      "invalid: Deployment a /spec/replicas: got string, want null or integer",
      "invalid: Deployment a /spec: additional properties 'replica' not allowed",
      "missing-schema: Deployment old: this version of Kubernetes has no Deployment in extensions/v1beta1",
      "unreadable: Nothing: error while parsing: missing 'apiVersion' key",
      expect.stringMatching(/^unreadable: an object: error unmarshalling resource: .*cannot unmarshal array/),
      "invalid: ConfigMap inner: additional properties 'datas' not allowed",
      expect.stringMatching(/^unreadable: ConfigMap dup2: [\s\S]*key "metadata" already set in map/),
    ]);
    expect(new Set(findings.map(({ tool, kind, severity }) => `${tool} ${kind} ${severity}`))).toEqual(
      new Set(["kubeconform manifest HIGH"]),
    );
  });

  test("lists a custom resource without a schema, and counts what holds and what was skipped", () => {
    expect({ valid, skipped, unknown }).toEqual({
      valid: 2,
      skipped: 1,
      unknown: ["cert-manager.io/v1/Certificate"],
    });
  });

  test("of objects that hold has no finding", () => {
    expect(read(recorded("kubeconform-valid.json"), 0)).toEqual({
      findings: [],
      valid: 3,
      skipped: 0,
      unknown: [],
    });
  });
});

describe("a kind without a schema", () => {
  test.each([
    "v1",
    "apps/v1beta1",
    "extensions/v1beta1",
    "networking.k8s.io/v1beta1",
    "policy/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta3",
  ])("of Kubernetes itself is a finding: %s", (version) => {
    const { findings, unknown } = read(report([missing(version, "Thing")], { errors: 1 }));
    expect(findings.map(({ rule }) => rule)).toEqual(["missing-schema"]);
    expect(unknown).toEqual([]);
  });

  test.each([
    "cert-manager.io/v1",
    "gateway.networking.k8s.io/v1",
    "apps.example.com/v1",
    "skaffold/v4beta6",
  ])("of somebody else is listed, once: %s", (version) => {
    const twice = [missing(version, "Thing"), missing(version, "Thing")];
    const { findings, unknown } = read(report(twice, { errors: 2 }));
    expect(findings).toEqual([]);
    expect(unknown).toEqual([`${version}/Thing`]);
  });

  test("can be made a finding", () => {
    expect(unknownKind("cert-manager.io/v1/Certificate")).toMatchObject({
      kind: "manifest",
      rule: "missing-schema",
      message: "cert-manager.io/v1/Certificate: there is no schema of this kind",
    });
  });

  test("is told by kubeconform's words alone: any other error of a custom resource is a finding", () => {
    const broken = resource({ version: "a.b/v1", status: "statusError", msg: "prohibited resource kind" });
    expect(read(report([broken], { errors: 1 })).findings).toHaveLength(1);
  });
});

test("a fault has its file, its object and its place", () => {
  const msg = "problem validating schema - at '/spec/replicas': got string, want null or integer";
  const [fault] = readKubeconform(report([resource({ msg })], { invalid: 1 }), "kubeconform.json", 1).faults;
  expect(fault).toMatchObject({
    file: "/manifests/manifests.yaml",
    kind: "ConfigMap",
    name: "a",
    at: "/spec/replicas",
  });
});

test("a document with nothing in it is none", () => {
  const empty = resource({ kind: "", name: "", version: "", status: "", msg: "" });
  expect(read(report([empty]), 0)).toMatchObject({ findings: [], valid: 0 });
});

test.each(["m", "", "x - at 'no end", "x - at '/a': validation failed", "x - at '': "])(
  "an invalid object is a finding whatever its message: %j",
  (msg) => {
    expect(read(report([resource({ msg })], { invalid: 1 })).findings).toHaveLength(1);
  },
);

test.each([
  ["text", "failed parsing command line"],
  ["an array", "[]"],
  ["no resources", '{"summary":{"valid":0,"invalid":0,"errors":0,"skipped":0}}'],
  ["no resources but null", '{"resources":null,"summary":{"valid":0,"invalid":0,"errors":0,"skipped":0}}'],
  ["no summary", '{"resources":[]}'],
  ["a status that there is not", report([resource({ status: "statusFine" })], { valid: 1 })],
  ["no status", report([resource({ status: undefined })])],
  ["a kind that is a number", report([resource({ kind: 1 })], { invalid: 1 })],
  ["a count below 0", report([], { valid: -1 })],
  ["a count that is text", report([], { valid: "0" })],
  ["half a count", report([], { valid: 0.5 })],
  ["a file that breaks off", recorded("kubeconform.json").slice(0, -5)],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});

test.each<[string, string, number]>([
  ["fewer valid objects than counted", report([], { valid: 1 }), 0],
  ["fewer invalid objects than counted", report([], { invalid: 1 }), 1],
  ["more invalid objects than counted", report([resource()]), 0],
  ["an error that is not counted", report([missing("v1", "Pod")]), 0],
  ["no finding and exit code 1", recorded("kubeconform-valid.json"), 1],
  ["findings and exit code 0", recorded("kubeconform.json"), 0],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each(["", " \n"])("an empty report is no clean one: %j", (text) => {
  expect(codeOfThrow(() => read(text, 0))).toBe("REPORT_EMPTY");
});
