import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { attestations } from "#pipelines/config/release.ts";
import { withText } from "#pipelines/dagger/text-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { explain } from "#pipelines/errors/explain.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import type { Attested, Predicate } from "#pipelines/release/attest/predicates.ts";
import { attestationTypes } from "#pipelines/release/attest/types.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import { sha256Of } from "#pipelines/text/digest.ts";
import { plainJson } from "#pipelines/text/json.ts";
import { version as slipway } from "#pipelines/version.ts";

/** The folder's file that names everything else in it. */
const indexName = "evidence.json";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

const schema = z.strictObject({
  version: z.literal(1),
  slipway: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  images: z
    .array(
      z.strictObject({
        service: z.string(),
        name: z.string(),
        configured: z.string(),
        digest,
        platforms: z.array(z.strictObject({ platform: z.string(), digest })).min(1),
        predicates: z.array(
          z.strictObject({
            type: z.enum(attestations),
            uri: z.string(),
            of: digest.describe("The digest of its subject."),
            predicate: digest.describe("The digest of its text, which names its file."),
          }),
        ),
      }),
    )
    .min(1),
});

/** The evidence that a release without signatures hands to the call that signs. */
export interface Evidence {
  readonly folder: Directory;
  /** SHA-256 of evidence.json, which has the digest of each other file. */
  readonly digest: string;
}

/** Writes the evidence of images that a commit's release published. */
export async function writeEvidence(commit: string, attested: Attested): Promise<Evidence> {
  let folder = dag.directory();
  const images: z.infer<typeof schema>["images"] = [];
  for (const [{ service, name, configured, digest: of, platforms: each }, predicates] of attested) {
    const platforms = each.map(({ platform, digest: one }) => ({ platform, digest: one }));
    const listed = [];
    for (const { type, uri, digest: subject, predicate } of predicates) {
      const content = sha256Of(await predicate.contents());
      folder = folder.withFile(fileOf(content), predicate);
      listed.push({ type, uri, of: subject, predicate: content });
    }
    images.push({ service, name, configured, digest: of, platforms, predicates: listed });
  }
  const text = `${plainJson({ version: 1, slipway, commit, images }, 2)}\n`;
  return { folder: await withText(folder, indexName, text), digest: sha256Of(text) };
}

/**
 * Reads the evidence that another call wrote, and holds each file against its digest.
 *
 * @param commit the commit that is released.
 * @param types the attestations that slipway.yaml asks for, without provenance, which the signing call writes itself.
 * @throws EVIDENCE_INVALID when a file or its digest differs, or when the evidence is of another commit, lacks an
 *   attestation or has others.
 */
export async function readEvidence(
  { folder, digest: expected }: Evidence,
  commit: string,
  types: readonly Predicate["type"][],
): Promise<Attested> {
  const text = await textOf(folder, indexName);
  if (sha256Of(text) !== expected) {
    throw invalid(`${indexName} has the digest ${sha256Of(text)}, and not ${expected}`);
  }
  const read = jsonReport(text, indexName, schema);
  if (read.slipway !== slipway) throw invalid(`it is by Slipway ${read.slipway}, and this is ${slipway}`);
  if (read.commit !== commit) throw invalid(`it is of the commit ${read.commit}, and not of ${commit}`);
  const attested = new Map<ReadyImage, readonly Predicate[]>();
  for (const { predicates, ...image } of read.images) {
    holdTypes(image, predicates, types);
    const files = predicates.map(async ({ type, uri, of, predicate }) => {
      const path = fileOf(predicate);
      if (sha256Of(await textOf(folder, path)) !== predicate)
        throw invalid(`${path} differs from its digest`);
      return { type, uri, digest: of, predicate: folder.file(path) };
    });
    attested.set(image, await Promise.all(files));
  }
  return attested;
}

/** The attestations of an image must be exactly those that slipway.yaml asks for, of its own digests. */
function holdTypes(
  { name, digest: whole, platforms }: ReadyImage,
  predicates: z.infer<typeof schema>["images"][number]["predicates"],
  types: readonly Predicate["type"][],
): void {
  const own = new Set([whole, ...platforms.map((each) => each.digest)]);
  const wanted = types.flatMap((type) => attestationTypes[type]);
  const strange = predicates.find(
    ({ type, uri, of }) => !own.has(of) || !wanted.includes(uri) || !attestationTypes[type].includes(uri),
  );
  if (strange !== undefined) {
    throw invalid(`${name} has an attestation ${strange.type} of ${strange.of} that it must not have`);
  }
  for (const type of types) {
    for (const of of type === "tests" ? [whole] : own) {
      const lacking = attestationTypes[type].find(
        (uri) => !predicates.some((each) => each.uri === uri && each.of === of),
      );
      if (lacking !== undefined) throw invalid(`${name}@${of} lacks the attestation ${lacking}`);
    }
  }
}

async function textOf(folder: Directory, path: string): Promise<string> {
  try {
    return await folder.file(path).contents();
  } catch (error) {
    throw invalid(`${path} could not be read: ${explain(error).text}`);
  }
}

function fileOf(content: string): string {
  return `predicates/${content.replace("sha256:", "")}.json`;
}

function invalid(what: string): SlipwayError {
  return new SlipwayError(
    "EVIDENCE_INVALID",
    `the evidence cannot be used: ${what}`,
    "Pass the folder evidence and the digest that the call with --until=publish wrote for the same commit.",
  );
}
