import { isAlias, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { addition, imagesPair } from "./add-entry.ts";
import { differences, pathText } from "./difference.ts";
import { entrySplices, fieldOf, isOwnMap } from "./entry.ts";
import { codedError } from "./errors.ts";
import { content, type Kustomization, parseKustomization, place } from "./kustomization.ts";
import { startOf } from "./node.ts";
import { type ImageRequest, joinReference } from "./reference.ts";
import { applySplices } from "./splice.ts";

/** An image before and after the edit, as kustomize renders it. */
export interface Target {
  /** The name in `images:`. */
  readonly name: string;
  /** The name that kustomize renders before the edit. */
  readonly rendered: string;
  /** The whole reference that kustomize must render after the edit. */
  readonly wanted: string;
  /** Whether a tag may replace a rendered digest. */
  readonly replaceDigest: boolean;
}

/** A name that an entry of the file gives to an image. */
export interface Rename {
  readonly name: string;
  readonly rendered: string;
}

/** The edited text, and what it must render to. */
export interface Edit {
  readonly text: string;
  readonly targets: readonly Target[];
}

/** The names that the file's own entries give to images: `rendered` for `name`. */
export function renames(file: Kustomization): Rename[] {
  return entriesOf(file).flatMap((map) => {
    const name = nameOf(file, map);
    const rendered = fieldOf(file, map, "newName");
    return name !== undefined && rendered !== undefined ? [{ name, rendered }] : [];
  });
}

/**
 * Sets images in a kustomization file by splicing its text: every byte outside a changed value stays.
 *
 * Fails with DIGEST_PINNED if a tag would replace a pinned digest. Fails with KUSTOMIZATION_INVALID if the file names
 * an image twice, or if the edit would change anything but these images.
 *
 * @param file the parsed file
 * @param requests what to set; a name without an entry gets one
 * @param replaceDigest allows a tag alone to replace a digest
 */
export function setImages(
  file: Kustomization,
  requests: readonly ImageRequest[],
  replaceDigest: boolean,
): Edit {
  if (file.root.has("imageTags")) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${file.path} has the field imageTags, which kustomize no longer supports`,
      "Run `kustomize edit fix` once, and commit the result.",
    );
  }
  const planned = new Map<unknown, string>();
  const named = byEntries(file, requests);
  const found = named.map((request) => ({ request, map: entryOf(file, request.name) }));
  for (const { request, map } of found) {
    if (!map) continue;
    refuseSuffix(file, map);
    for (const field of ["newName", "newTag", "digest"] as const) fieldOf(file, map, field);
    if (!replaceDigest) refuseUnpinning(file, map, request);
    planAnchors(map, request, planned);
  }
  const updates = found.flatMap(({ request, map }) =>
    map ? entrySplices({ file, map, request, planned }) : [],
  );
  const missing = found.flatMap(({ request, map }) => (map ? [] : [request]));
  const additions = missing.length > 0 ? [addition(file, missing)] : [];
  const text = applySplices(file.text, [...updates, ...additions]);
  const targets = found.map(({ request, map }) => target(file, request, map, replaceDigest));
  refuseSideEffects(file, text, named);
  return { text, targets };
}

/**
 * Names each request as its entry does. An image can be called by the name in the manifests, or by the one that an
 * entry gives it: where it is pulled from. Several entries may give the same.
 */
function byEntries(file: Kustomization, requests: readonly ImageRequest[]): readonly ImageRequest[] {
  const given = renames(file);
  const named = requests.flatMap((request) => {
    if (entryOf(file, request.name) !== undefined) return [request];
    const entries = given.filter(({ rendered }) => [request.name, request.newName].includes(rendered));
    return entries.length === 0 ? [request] : entries.map(({ name }) => ({ ...request, name }));
  });
  const names = named.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return named;
  throw codedError(
    "ARGUMENT_INVALID",
    `images: two of ${requests.map(({ name }) => name).join(", ")} are the entry ${twice} of ${file.path}`,
    "List each image once, by one of its names.",
  );
}

function target(
  file: Kustomization,
  request: ImageRequest,
  map: YAMLMap | undefined,
  replaceDigest: boolean,
): Target {
  const { name, newName, tag, digest } = request;
  const rendered = (map && fieldOf(file, map, "newName")) ?? name;
  const wanted = joinReference({
    name: newName ?? rendered,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  });
  return { name, rendered, wanted, replaceDigest };
}

function entriesOf(file: Kustomization): YAMLMap[] {
  const list = imagesPair(file)?.value;
  const items = isSeq(list) ? list.items : [];
  return items.flatMap((item) => {
    const map = isAlias(item) ? item.resolve(file.document) : item;
    return isMap(map) ? [map] : [];
  });
}

function nameOf(file: Kustomization, map: YAMLMap): string | undefined {
  const value: unknown = map.toJS(file.document, { maxAliasCount: 100 });
  return typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
    ? value.name
    : undefined;
}

function entryOf(file: Kustomization, name: string): YAMLMap | undefined {
  const [map, ...others] = entriesOf(file).filter((candidate) => nameOf(file, candidate) === name);
  if (!map) return undefined;
  const again = others[0];
  if (again) {
    throw codedError(
      "KUSTOMIZATION_INVALID",
      `${file.path} has ${others.length + 1} entries for the image ${name}, the second at ${place(file, startOf(again))}`,
      "Keep one of these entries, and remove the others.",
    );
  }
  const list = imagesPair(file)?.value;
  if (isOwnMap(map) && isSeq(list) && list.items.includes(map)) return map;
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${place(file, startOf(map))}: the entry for the image ${name} is shared by an alias or a merge key`,
    "Write the entry in full, without the alias or merge key.",
  );
}

function refuseSuffix(file: Kustomization, map: YAMLMap): void {
  if (!map.has("tagSuffix")) return;
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${place(file, startOf(map))}: the entry has a tagSuffix, which kustomize ignores beside a tag or digest`,
    "Remove tagSuffix, and set the whole tag.",
  );
}

function refuseUnpinning(file: Kustomization, map: YAMLMap, { name, tag, digest }: ImageRequest): void {
  const pinned = fieldOf(file, map, "digest");
  if (pinned === undefined || digest !== undefined) return;
  throw codedError(
    "DIGEST_PINNED",
    `${place(file, startOf(map))}: ${name} is pinned to ${pinned}, and the tag ${tag} alone would unpin it`,
    `Pass the tag's digest too (${name}:${tag}@sha256:…), or set --replace-digest to drop the digest.`,
  );
}

function planAnchors(map: YAMLMap, request: ImageRequest, planned: Map<unknown, string>): void {
  const values = { newName: request.newName, newTag: request.tag, digest: request.digest };
  for (const [field, value] of Object.entries(values)) {
    const node: unknown = map.get(field, true);
    if (value !== undefined && isScalar(node) && node.anchor) planned.set(node, value);
  }
}

// The last check: read the edited text again, and require that it changed only what was requested.
function refuseSideEffects(file: Kustomization, text: string, requests: readonly ImageRequest[]): void {
  const got = content(parseKustomization(file.path, text));
  const [first] = differences(expected(content(file), requests), got);
  if (!first) return;
  throw codedError(
    "KUSTOMIZATION_INVALID",
    `${file.path}: setting ${requests.map((one) => one.name).join(", ")} would also change ${pathText(first.path)}`,
    "If it shares an anchor with the image, write its value in full. Otherwise edit the entry by hand.",
  );
}

function expected(before: unknown, requests: readonly ImageRequest[]): unknown {
  const images: unknown[] = isRecord(before) && Array.isArray(before.images) ? before.images : [];
  const named = (entry: unknown) => requests.find((one) => isRecord(entry) && entry.name === one.name);
  const kept = images.map((entry) => {
    const request = named(entry);
    return request && isRecord(entry) ? changed(entry, request) : entry;
  });
  const added = requests.filter((one) => !images.some((entry) => named(entry) === one));
  return { ...(isRecord(before) ? before : {}), images: [...kept, ...added.map((one) => changed({}, one))] };
}

function changed(entry: Record<string, unknown>, { name, newName, tag, digest }: ImageRequest): unknown {
  const { newTag: oldTag, digest: oldDigest, ...rest } = entry;
  return {
    ...rest,
    name,
    ...(newName === undefined ? {} : { newName }),
    ...part("newTag", oldTag, tag),
    ...part("digest", oldDigest, digest),
  };
}

// An empty field may stay: to kustomize it is the same as a missing one.
function part(key: string, before: unknown, after: string | undefined): Record<string, unknown> {
  if (after !== undefined) return { [key]: after };
  return before === null || before === "" ? { [key]: before } : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
