import { z } from "zod";
import { Cosign } from "../../modules/cosign/src/index.ts";
import { Registry } from "../../modules/registry/src/index.ts";
import { coded } from "../breakdown.ts";
import type { Config } from "../config/config.ts";
import { codeOf, SlipwayError } from "../errors.ts";
import { jsonReport } from "../readers/report.ts";
import { namedSecrets } from "../secrets.ts";
import { trusting } from "./authorities.ts";
import type { Facts } from "./facts.ts";
import type { ReadyImage } from "./images.ts";
import { inReplica } from "./names.ts";
import type { Predicate } from "./predicates.ts";
import type { ReleasedImage } from "./record.ts";
import { holdLogin } from "./replicas.ts";
import type { ReleaseRequest } from "./request.ts";
import type { ReleaseSettings } from "./settings.ts";
import type { ImageTag } from "./tags.ts";

/** What an image goes through, a step each. Every step puts on record what it did, and can be done twice with one effect. */
export interface Publisher {
  /** Looks whether what is to come can be done, before anything is: the key opens, no version's tag names another image. */
  check(image: ReadyImage, tags: readonly ImageTag[], facts: Facts): Promise<void>;
  push(image: ReadyImage, record: ReleasedImage): Promise<void>;
  sign(image: ReadyImage, record: ReleasedImage): Promise<void>;
  attest(image: ReadyImage, record: ReleasedImage, predicates: readonly Predicate[]): Promise<void>;
  replicate(image: ReadyImage, record: ReleasedImage): Promise<void>;
  /** A movable tag stays with the image of a newer commit, the commit's own with the one that was first made of it. */
  tag(image: ReadyImage, record: ReleasedImage, tags: readonly ImageTag[], facts: Facts): Promise<void>;
}

/**
 * Makes what publishes images.
 *
 * @throws SIGNER_MISSING when images are to be signed and nobody is there to do it; ARGUMENT_INVALID, SECRET_UNNAMED when
 *   what is handed over for it does not fit.
 */
export async function publisher(
  tools: Config["tools"],
  settings: ReleaseSettings,
  request: ReleaseRequest,
): Promise<Publisher> {
  const { registryAccess: own, replicaAccess: other } = request;
  holdLogin(settings.replicas, other);
  const registry = new Registry(
    tools.crane,
    tools.curl,
    own.username,
    own.password,
    own.ca,
    own.service,
    false,
    settings.deadline,
  );
  const cosign = await signerOf(tools, settings, request);
  const staying = settings.sign !== false && settings.sign.keyless === undefined;
  const holds = async ({ name, digest }: ReadyImage) =>
    (await registry.digest(`${name}@${digest}`)) === digest;
  /** Whether the image at a tag was made of that commit, under another version for instance. */
  const isOf = async (commit: string, tagged: string) =>
    annotationsIn(await registry.manifest(tagged))["org.opencontainers.image.revision"] === commit;
  return {
    async check({ name, digest }, tags, { commit }) {
      const versions = tags.filter(({ movable }) => !movable);
      const [, ...found] = await Promise.all([
        staying ? cosign?.publicKey(`${name}@${digest}`).then((key) => key.sync()) : undefined,
        ...versions.map(({ name: tag }) => registry.digest(`${name}:${tag}`)),
      ]);
      for (const [at, there] of found.entries()) {
        const tag = versions[at];
        if (tag === undefined || there === "" || there === digest) continue;
        if (tag.ofCommit && (await isOf(commit, `${name}:${tag.name}`))) continue;
        throw new SlipwayError(
          "TAG_TAKEN",
          `${name}:${tag.name} is ${there}, not ${digest}`,
          "Release under another version: a version's tag does not move.",
        );
      }
    },
    async push(image, record) {
      try {
        await registry.push(image.layout, image.name);
      } catch (error) {
        // An answer that was lost says nothing of what it was an answer to.
        record.published = await holds(image).catch(() => false);
        throw error;
      }
      record.published = await holds(image);
      if (record.published) return;
      throw new SlipwayError(
        "REPORT_CONTRADICTORY",
        `${image.name} was pushed, and the registry does not have ${image.digest}`,
        "Run it again; if it stays so, look at the registry.",
      );
    },
    async sign(image, record) {
      if (cosign === undefined) return;
      record.signature = await cosign.sign(`${image.name}@${image.digest}`);
    },
    async attest(image, record, predicates) {
      if (cosign === undefined) return;
      for (const digest of new Set(predicates.map((each) => each.digest))) {
        const own = predicates.filter((each) => each.digest === digest);
        const places: string[] = [];
        try {
          await attestAll(cosign, `${image.name}@${digest}`, own, staying, places);
        } finally {
          // What was written before a failure is there all the same.
          for (const [at, { type }] of own.entries()) {
            const place = places[at];
            if (place) record.attestations.push({ type, of: digest, at: place });
          }
        }
      }
    },
    async replicate(image, record) {
      const from = `${image.name}@${image.digest}`;
      for (const replica of settings.replicas) {
        const name = inReplica(image.name, replica);
        try {
          await registry.copy(from, name, other.username, other.password, other.ca, other.service);
          record.replicas.push({ name });
        } catch (error) {
          // The primary holds; that a copy is missing is said, and a call anew makes it.
          record.replicas.push({ name, fault: coded(error) });
        }
      }
    },
    async tag(image, record, tags, { commit, commitTime }) {
      const set = async ({ name, movable, ofCommit }: ImageTag): Promise<ReleasedImage["tags"][number]> => {
        const tagged = `${image.name}:${name}`;
        if (movable && createdBy(await registry.manifest(tagged)) > Date.parse(commitTime)) {
          return { tag: name, effect: "kept" };
        }
        try {
          const effect = await registry.tag(`${image.name}@${image.digest}`, name, movable);
          return { tag: name, effect: effect as ReleasedImage["tags"][number]["effect"] };
        } catch (error) {
          if (!ofCommit || codeOf(error) !== "TAG_TAKEN" || !(await isOf(commit, tagged))) throw error;
          return { tag: name, effect: "kept" };
        }
      };
      // A tag is moved only when the versions hold, and what is there is on record, whichever other one failed.
      for (const movable of [false, true]) {
        const ended = await Promise.allSettled(tags.filter((tag) => tag.movable === movable).map(set));
        for (const end of ended) if (end.status === "fulfilled") record.tags.push(end.value);
        const failed = ended.find((end) => end.status === "rejected");
        if (failed !== undefined) throw failed.reason;
      }
    },
  };
}

/** How often is looked whether all of it stayed, when others attest the same image at the same time. */
const looks = 5;

/**
 * Attests what is not there yet, one after the other: cosign reads, adds and writes. A second release of the same digest
 * at the same time, as of a branch and its tag, may take away what this one wrote in between, so it is looked for again.
 *
 * @param staying whether the key that signs is one that stays, so that what is there can be told.
 * @param places is filled with where each of them is, as far as this came.
 */
async function attestAll(
  cosign: Cosign,
  image: string,
  own: readonly Predicate[],
  staying: boolean,
  places: string[],
): Promise<void> {
  const [predicates, types] = [own.map(({ predicate }) => predicate), own.map(({ uri }) => uri)];
  for (let look = 0; look <= looks; look++) {
    places.splice(0, places.length, ...(await cosign.attested(image, predicates, types)));
    if (!places.includes("")) return;
    if (look === looks) break;
    for (const [at, { uri, predicate }] of own.entries()) {
      places[at] ||= await cosign.attest(image, predicate, uri, true);
    }
    if (!staying) return;
  }
  const lost = own.filter((_, at) => places[at] === "").map(({ type }) => type);
  throw new SlipwayError(
    "REPORT_CONTRADICTORY",
    `${lost.join(", ")} of ${image} was attested ${looks} times, and is not there`,
    "End what else attests this image at the same time, and run it again.",
  );
}

/** When an image was made, by its annotation, in milliseconds since 1970; never for one that does not say. */
function createdBy(text: string): number {
  const time = Date.parse(annotationsIn(text)["org.opencontainers.image.created"] ?? "");
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}

/** What a manifest says of its image; nothing where there is none. */
function annotationsIn(text: string): Readonly<Record<string, string>> {
  return text === "" ? {} : (jsonReport(text, "manifest", manifest).annotations ?? {});
}

const manifest = z.object({ annotations: z.record(z.string(), z.string()).optional() });

/** Who signs: nobody where slipway.yaml says so. */
async function signerOf(
  tools: Config["tools"],
  { sign, deadline }: ReleaseSettings,
  { signer, registryAccess: access }: ReleaseRequest,
): Promise<Cosign | undefined> {
  if (sign === false) return undefined;
  const { username, password, ca, service } = access;
  const bare = new Cosign(tools.cosign, tools.base, username, password, ca, service, false, deadline);
  const cosign = trusting(bare, { ...sign.keyless, ...signer.authorities });
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
      ? "images are to be signed, and the call hands over no key"
      : "images are to be signed keyless, and the call hands over no token",
    sign.keyless === undefined
      ? "Add --signing-key=file://cosign.key and its --signing-password, or set `sign: false` under release in slipway.yaml."
      : "Add --identity-token=env://TOKEN, of OpenID Connect for the audience sigstore.",
  );
}

function logged(cosign: Cosign, log: boolean): Cosign {
  return log ? cosign : cosign.withoutLog();
}
