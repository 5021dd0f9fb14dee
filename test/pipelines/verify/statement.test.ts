import { expect, test } from "vitest";
import { testResultType } from "#pipelines/release/attest/test-result.ts";
import { readSignatures } from "#pipelines/verify/signature.ts";
import { readStatements } from "#pipelines/verify/statement.ts";

const digest = `sha256:${"a".repeat(64)}`;
const other = "b".repeat(64);
const statement = {
  _type: "https://in-toto.io/Statement/v0.1",
  predicateType: testResultType,
  subject: [{ name: "orders", digest: { sha256: "a".repeat(64) } }],
  predicate: { result: "PASSED" },
};
const base64 = (text: string) => Buffer.from(text).toString("base64");
const line = (payload: unknown, more: object = {}) =>
  JSON.stringify({
    payloadType: "application/vnd.in-toto+json",
    payload: base64(JSON.stringify(payload)),
    signatures: [],
    ...more,
  });

test("each line is an attestation", () => {
  expect(readStatements(`${line(statement)}\n${line(statement)}\n`, testResultType, digest)).toEqual([
    { type: testResultType, predicate: { result: "PASSED" } },
    { type: testResultType, predicate: { result: "PASSED" } },
  ]);
});

test.each([
  ["nothing", ""],
  ["no JSON", "attested!"],
  ["a list", "[]"],
  ["a payload that is no base64", line(statement, { payload: "%%%" })],
  ["a payload that is no JSON", line(statement, { payload: base64("{") })],
  ["another kind of payload", line(statement, { payloadType: "text/plain" })],
  ["another type", line({ ...statement, predicateType: "https://slsa.dev/provenance/v1" })],
  ["another image", line({ ...statement, subject: [{ digest: { sha256: other } }] })],
  ["no subject", line({ ...statement, subject: [] })],
  ["another kind of statement", line({ ...statement, _type: "https://example.com/Statement" })],
  ["one that is good and one that is not", `${line(statement)}\n{}`],
])("%s is refused", (_, text) => {
  expect(() => readStatements(text, testResultType, digest)).toThrow(/^REPORT_MALFORMED: /);
});

const signature = (of: string) => ({
  critical: { image: { "docker-manifest-digest": of } },
  optional: { commit: "abc", n: 1 },
});

test("signatures are read with what they say of the image", () => {
  expect(readSignatures(JSON.stringify([signature(digest)]), digest)).toEqual([
    { annotations: { commit: "abc" } },
  ]);
  const bare = { ...signature(digest), optional: null };
  expect(readSignatures(JSON.stringify([bare]), digest)).toEqual([{ annotations: {} }]);
});

test.each([
  ["", /^REPORT_EMPTY: /],
  ["[]", /^REPORT_MALFORMED: /],
  ["{}", /^REPORT_MALFORMED: /],
  [JSON.stringify([signature(digest), signature(`sha256:${other}`)]), /^REPORT_MALFORMED: .*another image/],
])("%j is no proof of a signature", (text, message) => {
  expect(() => readSignatures(text, digest)).toThrow(message);
});
