import { z } from "zod";
import { jsonReport } from "#pipelines/readers/report.ts";

const text = z.string().max(100);
const named = z.object({ os: text.optional(), architecture: text.optional(), variant: text.optional() });
const platform = z.object({ os: text, architecture: text, variant: text.optional() });
const index = z.object({ manifests: z.array(z.object({ platform: platform.optional() })).optional() });

/**
 * Reads the platforms of an index, as in linux/arm64; empty for the manifest of a single image. Entries with an
 * unknown platform, such as BuildKit's own attestations, are left out.
 *
 * @param manifest JSON; empty if the registry has none.
 * @throws REPORT_MALFORMED
 */
export function readPlatforms(manifest: string): readonly string[] {
  if (manifest === "") return [];
  const { manifests = [] } = jsonReport(manifest, "manifest", index);
  return manifests
    .flatMap((each) => each.platform ?? [])
    .filter(({ os }) => os !== "unknown")
    .map(platformName);
}

/**
 * The name of a platform, as in linux/arm64. The variant v8 is left out, because every arm64 has it and some images
 * do not name it.
 */
export function platformName({ os, architecture, variant }: z.infer<typeof named>): string {
  const isPlain = architecture === "arm64" && variant === "v8";
  return [os, architecture, isPlain ? undefined : variant].filter(Boolean).join("/");
}
