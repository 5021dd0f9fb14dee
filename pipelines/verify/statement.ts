import { z } from "zod";
import { assertShape, jsonValue, malformed } from "#pipelines/readers/report.ts";

/** The content of an attestation of an image. */
export interface Statement {
  readonly type: string;
  readonly predicate: unknown;
}

const envelope = z.object({
  payloadType: z.literal("application/vnd.in-toto+json"),
  payload: z.base64(),
});
const statement = z.object({
  _type: z.enum(["https://in-toto.io/Statement/v0.1", "https://in-toto.io/Statement/v1"]),
  predicateType: z.string(),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })).min(1),
  predicate: z.unknown(),
});

/**
 * Reads the attestations that cosign verified: one envelope a line, each of the requested type and digest.
 *
 * @param text the output of cosign.
 * @param digest the digest of the image, sha256:….
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another type or image than the requested one.
 */
export function readStatements(text: string, type: string, digest: string): readonly Statement[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw malformed("attestations.jsonl", "contains no attestation");
  return lines.map((line, index) => readStatement(line, `$[${index}]`, type, digest));
}

function readStatement(line: string, at: string, type: string, digest: string): Statement {
  const file = "attestations.jsonl";
  const { payload } = assertShape(jsonValue(line, file, at), file, envelope, at);
  const text = Buffer.from(payload, "base64").toString();
  const place = `${at}.payload`;
  const { predicateType, subject, predicate } = assertShape(
    jsonValue(text, file, place),
    file,
    statement,
    place,
  );
  if (predicateType !== type) throw malformed(file, `${place}.predicateType: not the requested type`);
  if (!subject.some((each) => `sha256:${each.digest.sha256}` === digest)) {
    throw malformed(file, `${place}.subject: names another image`);
  }
  return { type: predicateType, predicate };
}
