import { z } from "zod";
import { attestations } from "#pipelines/config/release.ts";
import type { Fixed } from "#pipelines/text/fixed.ts";
import { plainJson } from "#pipelines/text/json.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const moment = z.iso.datetime().describe("In UTC.");

/** The stages of a release, in order: each begins only after those before it succeeded. */
export const stages = ["verdict", "publish", "sign", "attest", "replicate", "tag", "bump"] as const;

const image = z.object({
  service: z.string(),
  name: z.string().describe("Registry and path, without tag."),
  digest: digest.describe("The digest of the index for several platforms, otherwise of the single manifest."),
  platforms: z.array(z.object({ platform: z.string(), digest })),
  published: z.boolean().describe("Whether the registry has it."),
  signature: z.string().optional().describe("The place of the signature. Absent without a signature."),
  attestations: z.array(
    z.object({
      type: z.enum(attestations),
      of: digest.describe("The digest of its subject: the index, or the manifest of one platform."),
      at: z.string().describe("The place of the attestation."),
    }),
  ),
  replicas: z.array(
    z.object({
      name: z.string(),
      fault: z.string().optional().describe("The reason why the copy is missing. Absent if the copy exists."),
    }),
  ),
  tags: z.array(
    z.object({
      tag: z.string(),
      effect: z
        .enum(["made", "there", "moved", "kept"])
        .describe(
          "there: the tag already named the digest. kept: the tag stays with the image of a newer commit or an earlier release.",
        ),
    }),
  ),
});

const bump = z.object({
  repository: z.string(),
  branch: z.string(),
  outcome: z
    .enum(["committed", "pushed", "requested", "unchanged", "newer"])
    .describe("pushed: the commit is on the branch `head`, but the pull request is not open."),
  commit: z
    .string()
    .optional()
    .describe(
      "The commit that has the images: of this release, or of another one if the outcome is unchanged or newer.",
    ),
  head: z.string().optional().describe("The branch that was pushed for a pull request."),
  url: z.string().optional().describe("The URL of the pull request."),
  detail: z.string().optional(),
});

/** The schema of `release.json`. */
export const releaseSchema = z
  .object({
    version: z.literal(1),
    outcome: z
      .enum(["released", "published", "incomplete", "refused"])
      .describe(
        "released: everything is done. published: the images are in the registry by digest, and another call must sign them. incomplete: a stage failed after something was public. refused: this call wrote nothing; results of earlier calls stay.",
      ),
    source: z.object({
      commit: z.string(),
      time: moment.describe("The time of the commit."),
      branch: z.string().optional(),
      tag: z.string().optional(),
      repository: z.string().optional().describe("The URL of its repository, without credentials."),
    }),
    slipway: z.string().describe("Slipway's version."),
    began: moment,
    ended: moment,
    verdict: z.enum(["passed", "failed", "errored"]),
    images: z.array(image),
    evidence: digest
      .optional()
      .describe("The digest of the evidence: what this call wrote for the one that signs, or what it got."),
    bump: bump.optional(),
    failure: z
      .object({
        stage: z.enum(stages),
        code: z.string().optional().describe("One of Slipway's error codes."),
        text: z.string(),
        remedy: z.string().optional().describe("How to correct it."),
      })
      .optional()
      .describe("The first stage that failed, and the reason. Later stages did not start."),
    notes: z.array(z.string()).describe("Further notes, one sentence each."),
    public: z
      .array(z.string())
      .describe("Everything that this call made public or found public, one sentence each."),
  })
  .describe("The result of a release, and how far it got.");

export type ReleaseRecord = Fixed<z.infer<typeof releaseSchema>>;
export type ReleasedImage = ReleaseRecord["images"][number];
export type Stage = (typeof stages)[number];

/** Writes `release.json`. */
export function writeRecord(record: ReleaseRecord): string {
  return `${plainJson(record, 2)}\n`;
}

/** The JSON Schema of `release.json`, for other tools. */
export function releaseJsonSchema(): object {
  return z.toJSONSchema(releaseSchema, { io: "input" });
}

/** The outcomes of a bump with a commit of this release. */
const own: ReadonlySet<string> = new Set(["committed", "pushed", "requested"]);

/** Lists everything that a release made public, in order of time. */
export function publicBy(images: readonly ReleasedImage[], bumped: ReleaseRecord["bump"]): readonly string[] {
  return [
    ...images.flatMap(imageLines),
    ...(bumped?.commit !== undefined && own.has(bumped.outcome)
      ? [`commit ${bumped.commit} on ${bumped.head ?? bumped.branch} of ${bumped.repository}`]
      : []),
    ...(bumped?.url === undefined ? [] : [`pull request ${bumped.url}`]),
  ];
}

function imageLines({ name, digest: of, ...image }: ReleasedImage): readonly string[] {
  if (!image.published) return [];
  const whole = `${name}@${of}`;
  return [
    whole,
    ...(image.signature === undefined ? [] : [`its signature ${image.signature}`]),
    ...attestationLines(image.attestations),
    ...image.replicas.flatMap(({ name: copy, fault }) =>
      fault === undefined ? [`its copy ${copy}@${of}`] : [],
    ),
    ...image.tags.filter(({ effect }) => effect !== "kept").map(({ tag }) => `the tag ${name}:${tag}`),
  ];
}

/** One line for each place: `its attestations sbom, tests in …`. */
function attestationLines(attestations: ReleasedImage["attestations"]): readonly string[] {
  const places = [...new Set(attestations.map(({ at }) => at))];
  return places.map((place) => {
    const types = [...new Set(attestations.filter(({ at }) => at === place).map(({ type }) => type))];
    return `its ${types.length === 1 ? "attestation" : "attestations"} ${types.join(", ")} in ${place}`;
  });
}
