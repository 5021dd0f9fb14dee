import { codedError, shown } from "./errors.ts";
import { isDigest } from "./image-grammar.ts";
import { jsonIn } from "./json.ts";
import { isRecord } from "./layout.ts";

/**
 * The digests that evidence of an image may refer to: its own, and those in its index. Fails with REPORT_MALFORMED on
 * an invalid manifest.
 *
 * @param manifest the registry's manifest for the digest
 */
export function subjects(digest: string, manifest: string): string[] {
  const content = jsonIn(manifest);
  const listed = isRecord(content) && Array.isArray(content.manifests) ? content.manifests : [];
  const children = listed.map((each) => (isRecord(each) ? each.digest : undefined));
  const wrong = children.find((child) => typeof child !== "string" || !isDigest(child));
  if (!isRecord(content) || (children.length > 0 && wrong !== undefined)) {
    throw codedError(
      "REPORT_MALFORMED",
      `The registry's manifest of ${digest} is not a valid one: ${shown(manifest)}`,
      "Push the image again.",
    );
  }
  return [digest, ...children.filter((child) => typeof child === "string")];
}

/**
 * The tags under which cosign stores evidence: sha256-HEX.sig, .att and .sbom. Also sha256-HEX alone, which lists the
 * referrers if the registry has no API for them.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 *
 * @param tags all tags of the repository, each on a line
 */
export function evidenceTags(tags: string, digests: readonly string[]): string[] {
  const stems = new Set(digests.map((digest) => digest.replace(":", "-")));
  return tags.split("\n").filter((tag) => {
    const [, stem = ""] = /^(sha256-[0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag) ?? [];
    return stems.has(stem);
  });
}
