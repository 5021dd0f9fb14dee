import { codedError, shown } from "./errors.ts";
import { isDigest } from "./image-grammar.ts";
import { isRecord } from "./layout.ts";

/**
 * The digests that an image's evidence may hang on: its own, and those of what an index lists. Fails with
 * REPORT_MALFORMED on a manifest that is none.
 *
 * @param manifest what the registry gave for the digest
 */
export function subjects(digest: string, manifest: string): string[] {
  const content = parsed(manifest);
  const listed = isRecord(content) && Array.isArray(content.manifests) ? content.manifests : [];
  const children = listed.map((each) => (isRecord(each) ? each.digest : undefined));
  const wrong = children.find((child) => typeof child !== "string" || !isDigest(child));
  if (!isRecord(content) || (children.length > 0 && wrong !== undefined)) {
    throw codedError(
      "REPORT_MALFORMED",
      `The manifest of ${digest} is none: ${shown(manifest)}`,
      "Push the image anew.",
    );
  }
  return [digest, ...children.filter((child) => typeof child === "string")];
}

/**
 * The tags under which cosign keeps what it says about images: sha256-HEX.sig, .att and .sbom, and sha256-HEX alone, which
 * lists what refers to the image where a registry cannot itself.
 * https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 *
 * @param tags every tag of the repository, one a line
 */
export function evidenceTags(tags: string, digests: readonly string[]): string[] {
  const stems = new Set(digests.map((digest) => digest.replace(":", "-")));
  return tags.split("\n").filter((tag) => {
    const [, stem = ""] = /^(sha256-[0-9a-f]{64})(?:\.(?:sig|att|sbom))?$/.exec(tag) ?? [];
    return stems.has(stem);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
