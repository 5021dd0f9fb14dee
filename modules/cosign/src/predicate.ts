import type { File } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";
import { jsonIn } from "./json.ts";

const mostBytes = 32 * 1024 * 1024;

/** The predicate types that cosign has short names for, with the URIs that attestations contain. */
const types: ReadonlyMap<string, string> = new Map([
  ["cyclonedx", "https://cyclonedx.org/bom"],
  ["openvex", "https://openvex.dev/ns"],
  ["slsaprovenance1", "https://slsa.dev/provenance/v1"],
  ["spdxjson", "https://spdx.dev/Document"],
  ["test-result", "https://in-toto.io/attestation/test-result/v0.1"],
  ["vuln", "https://cosign.sigstore.dev/attestation/vuln/v1"],
]);

/**
 * Returns the URI of a predicate type. With a URI, cosign attests the predicate as it is. With a short name, cosign
 * puts the predicate through its own structures, which drop unknown fields.
 *
 * @throws ARGUMENT_INVALID for any other word.
 */
export function typeUri(type: string): string {
  const uri = types.get(type) ?? type;
  if (/^https:\/\/[\x21-\x7e]{1,500}$/.test(uri) && URL.canParse(uri)) return uri;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(type)} is not a predicate type`,
    `Set it to an https URI, or to one of ${[...types.keys()].join(", ")}.`,
  );
}

/**
 * Reads a predicate to attest.
 *
 * @throws PREDICATE_INVALID if it is not a JSON object, REPORT_TOO_LARGE above 32 MiB.
 */
export async function readPredicate(predicate: File): Promise<object> {
  const bytes = await predicate.size();
  if (bytes > mostBytes) {
    throw codedError(
      "REPORT_TOO_LARGE",
      `the predicate has ${bytes} bytes`,
      `Pass a predicate of at most ${mostBytes} bytes.`,
    );
  }
  const value = jsonIn(await predicate.contents());
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw codedError(
    "PREDICATE_INVALID",
    "the predicate is not a JSON object",
    "Pass the predicate only, not a statement or an envelope around it.",
  );
}

/** The predicates in the output of `verify-attestation`, which has an envelope on each line. Skips other lines. */
export function predicatesIn(lines: string): readonly unknown[] {
  return lines.split("\n").flatMap((line) => {
    const payload = fieldOf(jsonIn(line), "payload");
    if (typeof payload !== "string") return [];
    return [fieldOf(jsonIn(Buffer.from(payload, "base64").toString()), "predicate")];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
