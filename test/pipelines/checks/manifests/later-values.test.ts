import { expect, test } from "vitest";
import { withoutLater } from "#pipelines/checks/manifests/later-values.ts";

const fault = (kind: string, name: string, at: string, what: string) => ({
  file: "/manifests/manifests.yaml",
  kind,
  name,
  at,
  finding: {
    tool: "kubeconform",
    kind: "manifest" as const,
    rule: "invalid",
    severity: "HIGH" as const,
    message: `${kind} ${name}${at === "" ? "" : ` ${at}`}: ${what}`,
  },
});

const encrypted = `apiVersion: v1
kind: Secret
metadata: {name: a}
immutable: ENC[AES256_GCM,data:x,type:bool]
sops: {mac: "ENC[AES256_GCM,data:x]"}
`;
const replicas = fault("Deployment", "web", "/spec/replicas", "got string, want null or integer");
const deployment = (value: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: "${value}"}\n`;

test("what SOPS encrypts is decrypted before it is applied, and its own field goes away", () => {
  const faults = [
    fault("Secret", "a", "", "additional properties 'sops' not allowed"),
    fault("Secret", "a", "/immutable", "got string, want null or boolean"),
  ];
  expect(withoutLater(faults, encrypted, false)).toEqual({
    findings: [],
    later: ["Secret a /sops (SOPS)", "Secret a /immutable (SOPS)"],
  });
});

test.each([
  [
    "another field beside",
    encrypted,
    fault("Secret", "a", "", "additional properties 'sops', 'x' not allowed"),
  ],
  ["a value in plain text", encrypted, fault("Secret", "a", "/type", "got number, want string")],
  [
    "a field sops that is none of SOPS",
    "kind: Secret\nmetadata: {name: a}\nsops: yes\n",
    fault("Secret", "a", "", "additional properties 'sops' not allowed"),
  ],
  [
    "another object of that name",
    `${encrypted}---\nkind: Secret\nmetadata: {name: a, namespace: b}\n`,
    fault("Secret", "a", "", "additional properties 'sops' not allowed"),
  ],
  [
    "a text that cannot be read",
    "a: [",
    fault("Secret", "a", "", "additional properties 'sops' not allowed"),
  ],
])("a fault stays: %s", (_, text, one) => {
  expect(withoutLater([one], text, true).findings).toEqual([one.finding]);
});

test.each([`${"$"}{web_replicas:=2}`, `${"$"}{n}`])("Flux replaces %s", (value) => {
  expect(withoutLater([replicas], deployment(value), true)).toEqual({
    findings: [],
    later: ["Deployment web /spec/replicas (Flux)"],
  });
});

test("without Flux, a variable is a fault, with the setting to name", () => {
  const { findings, later } = withoutLater([replicas], deployment(`${"$"}{n}`), false);
  expect(later).toEqual([]);
  expect(findings[0]?.message).toMatch(/^Deployment web .*want null or integer \(.*manifests\.flux: true/);
});

test("any other text in place of a number is a fault with Flux too", () => {
  expect(withoutLater([replicas], deployment("two"), true).findings).toEqual([replicas.finding]);
  expect(withoutLater([replicas], deployment("$n"), true).findings).toEqual([replicas.finding]);
});

test("a long value that only begins like a variable takes no time", () => {
  const text = deployment(`${"${a".repeat(100_000)}${"b".repeat(100_000)}`);
  expect(withoutLater([replicas], text, true).later).toEqual([]);
});
