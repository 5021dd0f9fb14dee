import { describe, expect, test } from "vitest";
import { kindOf, lastError, retryAfter } from "#modules/registry/src/crane-errors.ts";

const host = "https://registry.test/v2/shop/orders";
const failed = (error: string, exitCode = 1) => ({
  exitCode,
  stdout: "",
  stderr: `2026/01/01 00:00:00 retrying ${host}: unexpected status code 500\nError: ${error}\n`,
});

describe("what crane 0.22.1 fails with", () => {
  test.each([
    ["absent", `GET ${host}/manifests/none: MANIFEST_UNKNOWN: manifest unknown; unknown tag=none`],
    [
      "absent",
      `reading tags for x: GET ${host}/tags/list?n=1000: NAME_UNKNOWN: repository name not known; map[name:x]`,
    ],
    ["taken", `refusing to clobber existing tag registry.test/shop/orders:1@sha256:${"0".repeat(64)}`],
    ["taken", `PUT ${host}/manifests/1: TAG_INVALID: the tag is immutable and cannot be overwritten`],
    [
      "denied",
      `HEAD ${host}/manifests/1: unexpected status code 401 Unauthorized (HEAD responses have no body)`,
    ],
    ["denied", `POST ${host}/blobs/uploads/: DENIED: requested access to the resource is denied`],
    [
      "denied",
      `POST ${host}/blobs/uploads/: unexpected status code 405 Method Not Allowed: Method not allowed`,
    ],
    [
      "full",
      `PATCH ${host}/blobs/uploads/1: UNKNOWN: unknown error; write /var/lib/registry/data: no space left on device`,
    ],
    [
      "full",
      `POST ${host}/blobs/uploads/: UNKNOWN: unknown error; map[DriverName:filesystem Enclosed:map[Err:28 Op:write Path:/var/lib/registry/startedat]]`,
    ],
    [
      "passing",
      `POST ${host}/blobs/uploads/: UNKNOWN: unknown error; map[DriverName:filesystem Enclosed:map[Err:5 Op:write Path:/var/lib/registry/Err:28/startedat]]`,
    ],
    [
      "full",
      `POST ${host}/blobs/uploads/: DENIED: adding 1 MiB will exceed the configured upper limit of 1 GiB`,
    ],
    ["throttled", `GET ${host}/manifests/1: TOOMANYREQUESTS: Quota exceeded for quota metric 'Requests'`],
    [
      "absent",
      "HEAD https://registry.test/v2/team/quota-api/manifests/1: unexpected status code 404 Not Found (HEAD responses have no body)",
    ],
    [
      "passing",
      "GET https://registry.test/v2/x/immutable/manifests/1: unexpected status code 503 Service Unavailable: <html>",
    ],
    ["passing", `PUT ${host}/blobs/uploads/1: RANGE_INVALID: invalid content range`],
    ["refused", `PUT ${host}/blobs/uploads/1?_state=a%3D&digest=b: DIGEST_INVALID: did not match`],
    ["refused", `PUT ${host}/manifests/1: unexpected status code 413 Request Entity Too Large: <html>`],
    [
      "untrusted",
      `Get "${host}/": tls: failed to verify certificate: x509: certificate signed by unknown authority`,
    ],
    [
      "throttled",
      `HEAD ${host}/blobs/1: unexpected status code 429 Too Many Requests (HEAD responses have no body)`,
    ],
    ["throttled", `GET ${host}/manifests/1: TOOMANYREQUESTS: slow down`],
    ["passing", `PUT ${host}/manifests/1: multiple errors returned: UNKNOWN: unknown; UNKNOWN: unknown`],
    ["passing", `PUT ${host}/manifests/1: unexpected status code 502 Bad Gateway: <html>`],
    [
      "passing",
      `PUT ${host}/manifests/latest: multiple errors returned: DIGEST_INVALID: provided digest did not match uploaded content; MANIFEST_BLOB_UNKNOWN: blob unknown`,
    ],
    ["passing", `PUT ${host}/manifests/1: MANIFEST_BLOB_UNKNOWN: blob unknown to registry`],
    [
      "passing",
      `Patch "${host}/blobs/uploads/1?_state=x": read tcp 10.0.0.1:1->10.0.0.2:2: read: connection reset by peer`,
    ],
    ["passing", 'Get "https://registry.test/v2/": dial tcp 10.0.0.1:1: connect: connection refused'],
    ["passing", `Put "${host}/manifests/1": EOF`],
    ["nowhere", 'Get "https://none.invalid/v2/": dial tcp: lookup none.invalid on 10.0.0.1:53: no such host'],
    ["broken", "something that crane has never said"],
  ])("is %s: %s", (kind, error) => {
    expect(kindOf(failed(error))).toBe(kind);
  });

  const after = (before: string, error: string) =>
    kindOf({ exitCode: 1, stdout: "", stderr: `2026/01/01 00:00:00 retrying ${before}\nError: ${error}\n` });

  test.each([
    `PUT ${host}/manifests/1: RANGE_INVALID: invalid content range`,
    `PUT ${host}/manifests/1: MANIFEST_BLOB_UNKNOWN: blob unknown to registry`,
    `HEAD ${host}/blobs/1: unexpected status code 500 Internal Server Error (HEAD responses have no body)`,
  ])("is full where the registry lost something for want of room: %s", (error) => {
    const blob = `${host}/blobs/uploads/1`;
    expect(after(`${blob}: UNKNOWN: unknown error; write: no space left on device`, error)).toBe("full");
    expect(after(`${blob}: TOOMANYREQUESTS: Quota exceeded for quota metric`, error)).toBe("passing");
    expect(after(`${host}/quota/blobs/uploads/1: UNKNOWN: unknown error`, error)).toBe("passing");
  });

  test.each([
    ["denied", `POST ${host}/blobs/uploads/: DENIED: 503 UNAVAILABLE: unexpected status code 500`],
    ["passing", `PUT ${host}/manifests/1: unexpected status code 502 Bad Gateway: {"errors": DENIED: no}`],
  ])("is %s whatever the registry goes on to say: %s", (kind, error) => {
    expect(kindOf(failed(error))).toBe(kind);
  });

  test.each([124, 137, 143])("may pass where it was ended by exit code %i", (exitCode) => {
    expect(kindOf(failed("", exitCode))).toBe("passing");
  });
});

test("the last word is one line, bounded, and without the query of an address", () => {
  const said = lastError(failed(`Patch "${host}?_state=SECRET&X-Amz-Signature=SECRET": a\u001b[31m\nb.`));
  expect(said).toBe(`Patch "${host}?…": a [31m b`);
  expect(lastError(failed("x".repeat(5000)))).toHaveLength(1001);
  expect(lastError({ exitCode: 1, stdout: "", stderr: "" })).toBe("it printed nothing");
});

test("the longest Retry-After counts, in seconds or as a date", () => {
  const now = Date.parse("Wed, 21 Oct 2026 07:28:00 GMT");
  expect(retryAfter("HTTP/1.1 429\r\nRetry-After: 7\r\n\r\nretry-after: 3\r\n", now)).toBe(7);
  expect(retryAfter("Retry-After: Wed, 21 Oct 2026 07:28:30 GMT\r\n", now)).toBe(30);
  expect(retryAfter("Retry-After: soon\r\nX-Retry-After: 9\r\n", now)).toBe(0);
  expect(retryAfter("Retry-After: Wed, 21 Oct 2020 07:28:30 GMT\r\n", now)).toBe(0);
});
