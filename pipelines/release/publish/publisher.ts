import { z } from "zod";
import { cosignFrom } from "#modules/cosign/src/from-settings.ts";
import type { Cosign } from "#modules/cosign/src/index.ts";
import { attached } from "#modules/cosign/src/reference.ts";
import { registryFrom } from "#modules/registry/src/from-settings.ts";
import type { Config } from "#pipelines/config/config.ts";
import { codeOf, SlipwayError } from "#pipelines/errors/errors.ts";
import { explainText } from "#pipelines/errors/explain.ts";
import { jsonReport } from "#pipelines/readers/report.ts";
import { attestAll, inWords } from "#pipelines/release/attest/attester.ts";
import type { Predicate } from "#pipelines/release/attest/predicates.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import type { Note } from "#pipelines/release/progress.ts";
import type { ReleasedImage } from "#pipelines/release/record.ts";
import type { ReleaseRequest } from "#pipelines/release/request.ts";
import type { ReleaseSettings } from "#pipelines/release/settings.ts";
import type { ImageTag } from "#pipelines/release/tags/tags.ts";
import { namedSecrets } from "#pipelines/workspace/secrets.ts";
import { withAuthorities } from "./authorities.ts";
import type { BuiltImage } from "./build-images.ts";
import { inReplica } from "./image-names.ts";
import type { ReadyImage } from "./ready-image.ts";
import { assertLogin } from "./replicas.ts";

/** The annotation with the commit of an image. */
const revision = "org.opencontainers.image.revision";

/** How long to look for the present state after a failure, in seconds. */
const afterwards = 10;

/** The steps of publishing an image. Every step records its result, and can be repeated without a further effect. */
export interface Publisher {
  /**
   * Checks before the first write that the steps are possible: the key opens, and no version's tag names another
   * image.
   */
  check(images: readonly ReadyImage[], tags: readonly ImageTag[], facts: CommitFacts): Promise<void>;
  push(image: BuiltImage, note: Note): Promise<void>;
  /** Makes sure that the registry has an image of that commit, with these platforms, which another call pushed. */
  confirm(image: ReadyImage, note: Note, facts: CommitFacts): Promise<void>;
  sign(image: ReadyImage, note: Note): Promise<void>;
  attest(image: ReadyImage, note: Note, predicates: readonly Predicate[]): Promise<void>;
  replicate(image: ReadyImage, note: Note): Promise<void>;
  /**
   * A movable tag stays with the image of a newer commit. A tag of the commit stays with the first image of that
   * commit.
   */
  tag(image: ReadyImage, note: Note, tags: readonly ImageTag[], facts: CommitFacts): Promise<void>;
}

/**
 * Makes the publisher of images.
 *
 * @throws SIGNER_MISSING when images must be signed and the call passes no signer; ARGUMENT_INVALID, SECRET_UNNAMED
 *   when the passed logins or keys do not fit.
 */
export async function publisher(
  tools: Config["tools"],
  settings: ReleaseSettings,
  request: ReleaseRequest,
): Promise<Publisher> {
  const { registryAccess: own, replicaAccess: other } = request;
  assertLogin(settings.replicas, other);
  const { username, password, ca, service } = own;
  const within = (deadline: number) =>
    registryFrom({ image: tools.crane, base: tools.curl, username, password, ca, service, deadline });
  const registry = within(settings.deadline);
  /** Looks up the present state after a failure: after a lost answer, it is not known whether the write succeeded. */
  const found = (reference: string) =>
    within(Math.min(settings.deadline, afterwards))
      .digest(reference)
      .catch(() => "");
  const cosign = await signerOf(tools, settings, request);
  const staying = settings.sign !== false && settings.sign.keyless === undefined;
  /** Checks that the key opens; any image serves for that. */
  const openKey = async ({ name, digest }: ReadyImage) =>
    (await cosign?.publicKey(`${name}@${digest}`))?.sync();
  /** Whether the image at a tag was made from that commit, for instance under another version. */
  const isOf = async (commit: string, tagged: string) =>
    annotationsIn(await registry.manifest(tagged))[revision] === commit;
  /** The registry's digests before the first write, by reference; empty if there was nothing. */
  const held = new Map<string, string>();
  return {
    async check(images, tags, { commit }) {
      const sought = images.flatMap(({ name, digest, platforms }) => [
        `${name}@${digest}`,
        ...tags.map((tag) => `${name}:${tag.name}`),
        attached({ name, digest }, "sig"),
        ...[...new Set([digest, ...platforms.map((each) => each.digest)])].map((of) =>
          attached({ name, digest: of }, "att"),
        ),
      ]);
      const [first] = images;
      const [digests] = await Promise.all([
        registry.digests(sought),
        staying && first !== undefined ? openKey(first) : undefined,
      ]);
      for (const [at, reference] of sought.entries()) held.set(reference, digests[at] ?? "");
      for (const { name, digest } of images) {
        for (const tag of tags.filter(({ movable }) => !movable)) {
          const there = held.get(`${name}:${tag.name}`) ?? "";
          if (there === "" || there === digest) continue;
          if (tag.ofCommit && (await isOf(commit, `${name}:${tag.name}`))) continue;
          throw new SlipwayError(
            "TAG_TAKEN",
            `${name}:${tag.name} already points to ${there}, not to ${digest}`,
            "Release under a new version, because a version's tag must not move.",
          );
        }
      }
    },
    async push({ name, digest, layout }, note) {
      const pushed = `${name}@${digest}`;
      const isThere = (now: string | undefined) => {
        const published = now === digest;
        note(() => ({ published }));
        return published;
      };
      if (isThere(held.get(pushed))) return;
      try {
        await registry.push(layout, name);
      } catch (error) {
        isThere(await found(pushed));
        throw error;
      }
      if (isThere(await registry.digest(pushed))) return;
      throw new SlipwayError(
        "REPORT_CONTRADICTORY",
        `${name}@${digest} was pushed, but the registry does not have it`,
        "Run the release again. If it fails again, read the registry's log.",
      );
    },
    async confirm(image, note, { commit }) {
      const reference = `${image.name}@${image.digest}`;
      const fault = strangeness(await registry.manifest(reference), image, commit);
      if (fault !== undefined) {
        throw new SlipwayError(
          "EVIDENCE_INVALID",
          `${reference}: ${fault}`,
          "Release again, from the call with --until=publish on.",
        );
      }
      note(() => ({ published: true }));
    },
    async sign({ name, digest }, note) {
      if (cosign === undefined) return;
      const place = attached({ name, digest }, "sig");
      try {
        const signature = await cosign.sign(`${name}@${digest}`, [], false, inWords(held.get(place)));
        note(() => ({ signature }));
      } catch (error) {
        const now = await found(place);
        if (now !== "" && now !== held.get(place)) note(() => ({ signature: place }));
        throw error;
      }
    },
    async attest(image, note, predicates) {
      if (cosign === undefined) return;
      for (const digest of new Set(predicates.map((each) => each.digest))) {
        const own = predicates.filter((each) => each.digest === digest);
        const place = attached({ name: image.name, digest }, "att");
        const stored = async (look: "before" | "again" | "failed") => {
          if (look === "before") return held.get(place);
          return look === "again" ? registry.digest(place) : found(place);
        };
        const attesting = { cosign, image: `${image.name}@${digest}`, own, staying, stored };
        await attestAll(attesting, ({ type }) =>
          note(({ attestations }) => ({ attestations: [...attestations, { type, of: digest, at: place }] })),
        );
      }
    },
    async replicate(image, note) {
      const replicated = (replica: ReleasedImage["replicas"][number]) =>
        note(({ replicas }) => ({ replicas: [...replicas, replica] }));
      const from = `${image.name}@${image.digest}`;
      for (const replica of settings.replicas) {
        const name = inReplica(image.name, replica);
        try {
          await registry.copy(from, name, other.username, other.password, other.ca, other.service);
          replicated({ name });
        } catch (error) {
          // The primary registry has the image. The missing copy is recorded, and a repeated call makes it.
          replicated({ name, fault: explainText(error) });
        }
      }
    },
    async tag(image, note, tags, { commit, commitTime }) {
      const tagged = (tag: ReleasedImage["tags"][number]) =>
        note((record) => ({ tags: [...record.tags, tag] }));
      const set = async ({ name, movable, ofCommit }: ImageTag): Promise<ReleasedImage["tags"][number]> => {
        const reference = `${image.name}:${name}`;
        if (held.get(reference) === image.digest) return { tag: name, effect: "there" };
        if (movable && createdBy(await registry.manifest(reference)) > Date.parse(commitTime)) {
          return { tag: name, effect: "kept" };
        }
        try {
          const effect = await registry.tag(`${image.name}@${image.digest}`, name, movable);
          return { tag: name, effect: effect as ReleasedImage["tags"][number]["effect"] };
        } catch (error) {
          if (ofCommit && codeOf(error) === "TAG_TAKEN" && (await isOf(commit, reference))) {
            return { tag: name, effect: "kept" };
          }
          if ((await found(reference)) === image.digest) tagged({ tag: name, effect: "made" });
          throw error;
        }
      };
      // Movable tags are set only after all versions. Every set tag is recorded, even if another one failed.
      for (const movable of [false, true]) {
        const ended = await Promise.allSettled(tags.filter((tag) => tag.movable === movable).map(set));
        for (const end of ended) if (end.status === "fulfilled") tagged(end.value);
        const failed = ended.find((end) => end.status === "rejected");
        if (failed !== undefined) throw failed.reason;
      }
    },
  };
}

/** How the manifest at an image's digest differs from what the evidence says of it; undefined if it does not. */
function strangeness(text: string, { digest, platforms }: ReadyImage, commit: string): string | undefined {
  if (text === "") return "the registry does not have it";
  const { annotations = {}, manifests } = jsonReport(text, "manifest", manifest);
  const of = annotations[revision];
  if (of !== commit) return `it is of the commit ${of ?? "that it does not name"}, and not of ${commit}`;
  const there = manifests?.map((each) => each.digest) ?? [digest];
  const listed = platforms.map((each) => each.digest);
  if (there.toSorted().join() === listed.toSorted().join()) return undefined;
  return "its platforms are others than those of the evidence";
}

/** The time at which an image was made, by its annotation, in milliseconds since 1970; -Infinity without one. */
function createdBy(text: string): number {
  const time = Date.parse(annotationsIn(text)["org.opencontainers.image.created"] ?? "");
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

/** The annotations of a manifest; empty if there is no manifest. */
function annotationsIn(text: string): Readonly<Record<string, string>> {
  return text === "" ? {} : (jsonReport(text, "manifest", manifest).annotations ?? {});
}

const manifest = z.object({
  annotations: z.record(z.string(), z.string()).optional(),
  manifests: z.array(z.object({ digest: z.string() })).optional(),
});

/** The signer of images; undefined if slipway.yaml switches signing off, or another call signs. */
async function signerOf(
  tools: Config["tools"],
  { sign, deadline }: ReleaseSettings,
  { signer, registryAccess: access, until }: ReleaseRequest,
): Promise<Cosign | undefined> {
  if (sign === false || until === "publish") return undefined;
  const { username, password, ca, service } = access;
  const { cosign: image, base } = tools;
  const bare = cosignFrom({ image, base, username, password, ca, service, deadline });
  const cosign = withAuthorities(bare, { ...sign.keyless, ...signer.authorities });
  if (sign.kms !== undefined) {
    const secrets = [...(signer.kmsSecrets ?? [])];
    const names = (await namedSecrets(secrets)).map(({ name }) => name);
    return logged(cosign.withKms(sign.kms, names, secrets), sign.log ?? false);
  }
  if (sign.keyless !== undefined && signer.token !== undefined) return cosign.withToken(signer.token);
  if (sign.keyless === undefined && signer.key !== undefined) {
    return logged(cosign.withKey(signer.key, signer.passphrase), sign.log ?? false);
  }
  throw new SlipwayError(
    "SIGNER_MISSING",
    sign.keyless === undefined
      ? "images must be signed, and the call passes no key"
      : "images must be signed keyless, and the call passes no token",
    sign.keyless === undefined
      ? "Add --signing-key=file://cosign.key and its --signing-password, or set `sign: false` under release in slipway.yaml."
      : "Add --identity-token=env://TOKEN with an OpenID Connect token for the audience sigstore.",
  );
}

function logged(cosign: Cosign, log: boolean): Cosign {
  return log ? cosign : cosign.withoutLog();
}
