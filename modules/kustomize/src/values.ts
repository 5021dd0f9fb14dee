import { isMap, isScalar } from "yaml";
import { differences } from "./difference.ts";
import { codedError, shown } from "./errors.ts";
import { type ImageRequest, joinReference, renamed, splitReference } from "./reference.ts";
import {
  type Field,
  fieldsOf,
  type Path,
  parseStream,
  placeIn,
  resolved,
  type Stream,
  setFields,
} from "./stream.ts";
import { parseValuesPath } from "./values-path.ts";

/**
 * Sets an image in a file of Helm values. What stands at the path says how charts read it:
 *
 * - text is the whole reference: NAME[:TAG]@DIGEST; under a key `tag` it is TAG@DIGEST, under `digest` the digest;
 * - a mapping has `repository` (with `registry` before it where there is one), which must name the image; its `digest`
 *   is set, and its `tag` where a tag is asked for; without a `digest` the tag becomes TAG@DIGEST.
 *
 * Fails with PATH_NOT_FOUND when nothing is there, with IMAGE_NOT_FOUND when another image is, with MANIFEST_INVALID on
 * what cannot be edited safely.
 *
 * @param path the file's path, for the messages
 * @param text its content
 * @param at where the image stands, such as orders.image
 * @param request the image, with its digest
 */
export function setValues(path: string, text: string, at: string, request: ImageRequest): string {
  const stream = parseStream(path, text);
  const [document, ...others] = stream.documents;
  if (!document || others.length > 0) {
    throw codedError(
      "MANIFEST_INVALID",
      `${path} does not hold one YAML document`,
      "Name the values of one chart.",
    );
  }
  const wanted = parseValuesPath(at);
  const all = fieldsOf(document, document.contents);
  const field = all.find((one) => same(one.path, wanted));
  if (!field) throw missing(path, at, wanted, all);
  const node = resolved(field);
  if (isMap(node)) return setFields(stream, mapping(stream, all, field, request));
  if (!isScalar(node)) {
    throw codedError(
      "MANIFEST_INVALID",
      `${placeIn(stream, field.node)}: ${at} is a list`,
      "Name one of its places, as in jobs[0].image.",
    );
  }
  return setFields(stream, new Map([[field, scalar(stream, field, node.value, request)]]));
}

function scalar(stream: Stream, field: Field, value: unknown, request: ImageRequest): string {
  const key = field.path.at(-1);
  if (key === "digest") return request.digest ?? "";
  if (key === "tag") return tagAndDigest(stream, field, request);
  const name = typeof value === "string" ? splitReference(value).name : "";
  if (!isMeant(name, request)) throw otherImage(stream, field, name, request);
  return joinReference(renamed(request));
}

function mapping(
  stream: Stream,
  all: readonly Field[],
  field: Field,
  request: ImageRequest,
): Map<Field, string> {
  const below = (key: string) => all.find((one) => same(one.path, [...field.path, key]));
  const text = (key: string) => {
    const child = below(key);
    const node = child && resolved(child);
    return isScalar(node) && typeof node.value === "string" ? node.value : "";
  };
  const name = [text("registry"), text("repository")].filter((part) => part !== "").join("/");
  if (!isMeant(name, request)) throw otherImage(stream, field, name, request);
  const moved = movedTo(stream, field, name, request, [below("registry"), below("repository")]);
  const digest = below("digest");
  const tag = below("tag");
  if (digest) {
    return new Map([
      ...moved,
      [digest, request.digest ?? ""],
      ...(tag && request.tag ? [[tag, request.tag] as const] : []),
    ]);
  }
  if (tag) return new Map([...moved, [tag, tagAndDigest(stream, tag, request)]]);
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: the image has neither a digest nor a tag`,
    "Add `digest:` where the chart reads one, or `tag:`.",
  );
}

function isMeant(name: string, { name: wanted, newName }: ImageRequest): boolean {
  return name === wanted || name === newName;
}

/** What a mapping's repository becomes, where the image gets another name. */
function movedTo(
  stream: Stream,
  field: Field,
  name: string,
  request: ImageRequest,
  [registry, repository]: readonly (Field | undefined)[],
): readonly (readonly [Field, string])[] {
  const { name: wanted } = renamed(request);
  if (name === wanted || repository === undefined) return [];
  if (registry === undefined) return [[repository, wanted]];
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: the image would come from ${wanted}, and registry and repository stand apart`,
    "Write the whole name under `repository`, or release to the registry that is written there.",
  );
}

// Charts put `repository:tag` together, and a reference may bear both.
function tagAndDigest(stream: Stream, field: Field, { name, tag, digest }: ImageRequest): string {
  if (tag) return `${tag}@${digest}`;
  throw codedError(
    "MANIFEST_INVALID",
    `${placeIn(stream, field.node)}: a chart that reads a tag alone needs one, and ${name} comes without`,
    "Release it with a tag, or add `digest:` where the chart reads one.",
  );
}

function otherImage(stream: Stream, field: Field, found: string, request: ImageRequest): Error {
  return codedError(
    "IMAGE_NOT_FOUND",
    `${placeIn(stream, field.node)} names ${found ? shown(found) : "no image"}, not ${request.name}`,
    "Name the path at which this image stands.",
  );
}

function missing(path: string, at: string, wanted: Path, all: readonly Field[]): Error {
  const parents = wanted.map((_, depth) => wanted.slice(0, wanted.length - 1 - depth));
  const parent = parents.find((one) => all.some((field) => same(field.path, one))) ?? [];
  const keys = all
    .filter((field) => field.path.length === parent.length + 1 && same(field.path.slice(0, -1), parent))
    .map((field) => String(field.path.at(-1)));
  return codedError(
    "PATH_NOT_FOUND",
    `${path} has nothing at ${shown(at)}`,
    keys.length > 0
      ? `Where the path ends there are ${keys.slice(0, 10).map(shown).join(", ")}.`
      : "Look at what the file holds.",
  );
}

function same(one: Path, other: Path): boolean {
  return differences(one, other).length === 0;
}
