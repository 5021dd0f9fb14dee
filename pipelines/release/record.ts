import { z } from "zod";
import { attestations } from "#pipelines/config/release.ts";
import type { Fixed } from "#pipelines/text/fixed.ts";
import { plainJson } from "#pipelines/text/json.ts";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const moment = z.iso.datetime().describe("In UTC.");

/** The stages of a release, in their order: none begins before those before it hold. */
export const stages = ["verdict", "publish", "sign", "attest", "replicate", "tag", "bump"] as const;

const image = z.object({
  service: z.string(),
  name: z.string().describe("Registry and path, without tag."),
  digest: digest.describe("Of the index where there are several platforms, else of the one manifest."),
  platforms: z.array(z.object({ platform: z.string(), digest })),
  published: z.boolean().describe("Whether the registry holds it."),
  signature: z
    .string()
    .optional()
    .describe("Where the signature is; absent where there is none, or not yet."),
  attestations: z.array(
    z.object({
      type: z.enum(attestations),
      of: digest.describe("What it is about: the index, or one platform's manifest."),
      at: z.string().describe("Where it is."),
    }),
  ),
  replicas: z.array(
    z.object({
      name: z.string(),
      fault: z.string().optional().describe("Why it does not hold the image; absent where it does."),
    }),
  ),
  tags: z.array(
    z.object({
      tag: z.string(),
      effect: z
        .enum(["made", "there", "moved", "kept"])
        .describe("there: it named the digest already; kept: it stays with the image of a newer commit."),
    }),
  ),
});

const bump = z.object({
  repository: z.string(),
  branch: z.string(),
  outcome: z
    .enum(["committed", "pushed", "requested", "unchanged", "newer"])
    .describe("pushed: the commit is on the branch `head`, and the pull request is not open."),
  commit: z
    .string()
    .optional()
    .describe(
      "The commit that has the images: this release's, or another's where that is unchanged or newer.",
    ),
  head: z.string().optional().describe("The branch that was pushed for a pull request."),
  url: z.string().optional().describe("The pull request's page."),
  detail: z.string().optional(),
});

/** What `release.json` holds. */
export const releaseSchema = z
  .object({
    version: z.literal(1),
    outcome: z
      .enum(["released", "incomplete", "refused"])
      .describe(
        "released: all of it holds; incomplete: a stage failed after something was public; refused: this call wrote nothing; what an earlier one wrote stays.",
      ),
    source: z.object({
      commit: z.string(),
      time: moment.describe("When it was committed."),
      branch: z.string().optional(),
      tag: z.string().optional(),
      repository: z.string().optional().describe("Where it comes from, without credentials."),
    }),
    slipway: z.string().describe("Slipway's version."),
    began: moment,
    ended: moment,
    verdict: z.enum(["passed", "failed", "errored"]),
    images: z.array(image),
    bump: bump.optional(),
    failure: z
      .object({
        stage: z.enum(stages),
        code: z.string().optional().describe("One of Slipway's error codes."),
        text: z.string(),
        remedy: z.string().optional().describe("What to do about it."),
      })
      .optional()
      .describe("The first stage that failed, and why; what follows it was not begun."),
    notes: z.array(z.string()).describe("What else is to be known, a sentence each."),
    public: z.array(z.string()).describe("All that this call made public or found so, a sentence each."),
  })
  .describe("What a release did, and how far it got.");

export type ReleaseRecord = Fixed<z.infer<typeof releaseSchema>>;
export type ReleasedImage = ReleaseRecord["images"][number];
export type Stage = (typeof stages)[number];

/** Writes `release.json`. */
export function writeRecord(record: ReleaseRecord): string {
  return `${plainJson(record, 2)}\n`;
}

/** The JSON Schema of `release.json`, for those who read it with other tools. */
export function releaseJsonSchema(): object {
  return z.toJSONSchema(releaseSchema, { io: "input" });
}

/** The outcomes of a bump whose commit is this release's own. */
const own: ReadonlySet<string> = new Set(["committed", "pushed", "requested"]);

/** Lists what is public by a release, in the order in which it became so. */
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

/** One for each place: `its attestations sbom, tests in …`. */
function attestationLines(attestations: ReleasedImage["attestations"]): readonly string[] {
  const places = [...new Set(attestations.map(({ at }) => at))];
  return places.map((place) => {
    const types = [...new Set(attestations.filter(({ at }) => at === place).map(({ type }) => type))];
    return `its ${types.length === 1 ? "attestation" : "attestations"} ${types.join(", ")} in ${place}`;
  });
}
