import { expect, test } from "vitest";
import { parseReference } from "#modules/cosign/src/reference.ts";
import { mayPass, refusal } from "#modules/cosign/src/refusal.ts";

const failed = (words: string) => ({
  exitCode: 1,
  stderr: `Error: ${words}\nerror during command execution: ${words}`,
});

test.each([
  ["GET https://r.test/v2/: unexpected status code 503 Service Unavailable", true],
  ["PUT https://r.test/v2/: TOOMANYREQUESTS: slow down", true],
  ['Get "https://r.test/v2/": read tcp 10.0.0.1:1: connection reset by peer', true],
  ['Patch "https://r.test/v2/": unexpected EOF', true],
  ["[POST /api/v1/log/entries][500] createLogEntryDefault", true],
  ["GET https://r.test/v2/: UNAUTHORIZED: authentication required", false],
  ["PUT https://r.test/v2/: unexpected status code 403 Forbidden", false],
  ["tls: failed to verify certificate: x509: certificate signed by unknown authority", false],
  ["getting signer: reading key: decrypt: encrypted: decryption failed", false],
  ["no matching signatures: 503 attempts", false],
])("%s may pass: %s", (words, expected) => {
  expect(mayPass(failed(words))).toBe(expected);
  expect(mayPass({ exitCode: 0, stderr: words })).toBe(false);
});

test("what cosign says is cut short and cannot move a cursor", () => {
  const reference = parseReference(`r.test/a@sha256:${"a".repeat(64)}`);
  const { message } = refusal("signing", reference, failed(`\u001b[2J${"x".repeat(5000)}`));
  expect(message).toMatch(/^TOOL_FAILED: /);
  expect(message).not.toContain("\u001b");
  expect(message.length).toBeLessThan(1500);
});

test.each([
  ["r.test:5000/a/b", "r.test:5000", "r.test"],
  ["localhost/a", "localhost", "localhost"],
  ["library/python", "index.docker.io", "index.docker.io"],
  ["python", "index.docker.io", "index.docker.io"],
])("%s is at %s", (name, registry, host) => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(parseReference(`${name}@${digest}`)).toMatchObject({ name, registry, host, digest });
});

test.each([
  ["r.test/a", "DIGEST_INVALID"],
  ["r.test/a:1", "DIGEST_INVALID"],
  [`r.test/a:1@sha256:${"a".repeat(64)}`, "DIGEST_INVALID"],
  [`r.test/a@sha256:${"A".repeat(64)}`, "DIGEST_INVALID"],
  [`r.test/a@sha256:${"a".repeat(64)}@b`, "DIGEST_INVALID"],
  [`--key@sha256:${"a".repeat(64)}`, "IMAGE_NAME_INVALID"],
  [`r.test/A@sha256:${"a".repeat(64)}`, "IMAGE_NAME_INVALID"],
  [`r.test/../a@sha256:${"a".repeat(64)}`, "IMAGE_NAME_INVALID"],
  [`@sha256:${"a".repeat(64)}`, "IMAGE_NAME_INVALID"],
])("%s is refused with %s", (image, code) => {
  expect(() => parseReference(image)).toThrow(new RegExp(`^${code}: `));
});
