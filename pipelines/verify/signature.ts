import { z } from "zod";
import { jsonReport, malformed } from "#pipelines/readers/report.ts";

/** The content of a signature: annotations such as the commit. */
export interface Signature {
  readonly annotations: Readonly<Record<string, string>>;
}

const signatures = z
  .array(
    z.object({
      critical: z.object({ image: z.object({ "docker-manifest-digest": z.string() }) }),
      optional: z.record(z.string(), z.unknown()).nullish(),
    }),
  )
  .min(1);

/**
 * Reads the signatures that cosign verified, each of that digest.
 *
 * @throws REPORT_EMPTY; REPORT_MALFORMED, also for another image than the requested one.
 */
export function readSignatures(text: string, digest: string): readonly Signature[] {
  const file = "verified.json";
  return jsonReport(text, file, signatures).map(({ critical, optional }, index) => {
    if (critical.image["docker-manifest-digest"] !== digest) {
      throw malformed(file, `$[${index}].critical.image: names another image`);
    }
    const texts = Object.entries(optional ?? {}).flatMap(([key, value]) =>
      typeof value === "string" ? [[key, value] as const] : [],
    );
    return { annotations: Object.fromEntries(texts) };
  });
}
