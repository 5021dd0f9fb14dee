import type { File } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";

const mostBytes = 32 * 1024 * 1024;

/** The predicate types that cosign has short names for, as the attestation itself names them. */
const types: ReadonlyMap<string, string> = new Map([
  ["cyclonedx", "https://cyclonedx.org/bom"],
  ["openvex", "https://openvex.dev/ns"],
  ["slsaprovenance1", "https://slsa.dev/provenance/v1"],
  ["spdxjson", "https://spdx.dev/Document"],
  ["test-result", "https://in-toto.io/attestation/test-result/v0.1"],
  ["vuln", "https://cosign.sigstore.dev/attestation/vuln/v1"],
]);

/**
 * Gives a predicate type's URI. With a URI cosign attests the predicate as it is; with its own short names it puts it
 * through its own structures, which drop what they do not know.
 *
 * @throws ARGUMENT_INVALID for any other word.
 */
export function typeUri(type: string): string {
  const uri = types.get(type) ?? type;
  if (/^https:\/\/[\x21-\x7e]{1,500}$/.test(uri) && URL.canParse(uri)) return uri;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(type)} is no predicate type`,
    `Give an https URI, or one of ${[...types.keys()].join(", ")}.`,
  );
}

/**
 * Reads a predicate that is to be attested.
 *
 * @throws PREDICATE_INVALID when it is no JSON object, REPORT_TOO_LARGE above 32 MiB.
 */
export async function readPredicate(predicate: File): Promise<object> {
  const bytes = await predicate.size();
  if (bytes > mostBytes) {
    throw codedError(
      "REPORT_TOO_LARGE",
      `The predicate has ${bytes} bytes`,
      `Leave parts out: at most ${mostBytes} are attested.`,
    );
  }
  const value = parsed(await predicate.contents());
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw codedError(
    "PREDICATE_INVALID",
    "The predicate is no JSON object",
    "Give the predicate alone, not a statement or an envelope.",
  );
}

/** The predicates in what `verify-attestation` prints, an envelope a line; lines that are none are passed over. */
export function predicatesIn(lines: string): readonly unknown[] {
  return lines.split("\n").flatMap((line) => {
    const payload = fieldOf(parsed(line), "payload");
    if (typeof payload !== "string") return [];
    return [fieldOf(parsed(Buffer.from(payload, "base64").toString()), "predicate")];
  });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
