import { createHash } from "node:crypto";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type Entry, entrySchema } from "./entry.ts";

/** What the gitops module reads of a record. */
export interface RawRecord {
  /** The output of git ls-tree -r -z. */
  readonly tree: Buffer;
  /** The output of git cat-file --batch for the same objects. */
  readonly entries: Buffer;
  /** What is other than the addition of a file, as git prints it. */
  readonly changed: string;
  /** Lines of commits, and the entries that they name. */
  readonly anchors: string;
}

/** An entry that stands where it belongs. */
export interface RecordedEntry {
  readonly entry: Entry;
  /** The commit of the GitOps repository's branch that names it; absent: none does. */
  readonly commit?: string;
}

/** A record that was read, and what is wrong with it. */
export interface ReadRecord {
  /** Entries by environment, in their order. */
  readonly environments: ReadonlyMap<string, readonly RecordedEntry[]>;
  /** Sentences without a full stop; none: every byte is as it was written. */
  readonly faults: readonly string[];
}

/** No record at all. */
export const noRecord: ReadRecord = { environments: new Map(), faults: [] };

/** @throws RECORD_BROKEN with all that is wrong. */
export function assertWhole({ faults }: ReadRecord, url: string): void {
  if (faults.length === 0) return;
  throw new SlipwayError(
    "RECORD_BROKEN",
    `the record of ${url} is not as it was written: ${faults.join("; ")}`,
    "Find who pushed to the branch slipway/record, or rewrote the branch of the environments, and restore what was there.",
  );
}

const fileForm = /^([a-z0-9]+(?:-[a-z0-9]+)*)\/([0-9]{8})\.json$/;
const anchorForm = /^([a-z0-9-]{1,63}) ([0-9]{1,8}) ([0-9a-f]{64})$/;
const mostFaults = 50;

/**
 * Checks a record: each entry has its form and the hash of the one before it, none is missing, no commit of the branch
 * changed or removed a file, each change in the GitOps repository names its entry by its hash, and each such entry has
 * its change.
 *
 * @param branch the branch whose commits were read; entries of changes on others are not asked for theirs.
 */
export function checkRecord(raw: RawRecord, branch: string): ReadRecord {
  const faults: string[] = [];
  const files = filesOf(raw, faults);
  const anchors = anchorsOf(raw.anchors);
  const environments = new Map<string, RecordedEntry[]>();
  const hashes = new Map<string, string>();
  for (const { path, text } of files) {
    const [, environment = "", digits = ""] = fileForm.exec(path) ?? [];
    const number = Number(digits);
    const all = environments.get(environment) ?? [];
    const before = hashes.get(`${environment} ${number - 1}`) ?? "";
    const hash = createHash("sha256").update(text).digest("hex");
    const entry = entryIn(text);
    if (entry === undefined) faults.push(`${path} is not an entry of this version`);
    else if (entry.environment !== environment || entry.number !== number)
      faults.push(`${path} is the entry ${entry.number} of ${entry.environment}`);
    else if (number !== 1 && before === "") faults.push(`the entry before ${path} is missing`);
    else if (entry.previous !== before) faults.push(`the entry before ${path} is not the one that it names`);
    hashes.set(`${environment} ${number}`, hash);
    const key = `${environment} ${number}`;
    const named = anchors.get(key) ?? [];
    const anchor = named.find((each) => each.hash === hash);
    if (anchor === undefined && named[0] !== undefined)
      faults.push(`commit ${named[0].commit.slice(0, 12)} names another ${path}`);
    if (named.length === 0 && entry?.branch === branch && setsImages(entry))
      faults.push(`no commit of the branch names ${path}, though it tells of a ${entry.step}`);
    if (entry !== undefined) all.push({ entry, ...(anchor !== undefined && { commit: anchor.commit }) });
    environments.set(environment, all);
  }
  for (const [key, [first]] of anchors) {
    if (!hashes.has(key) && first !== undefined)
      faults.push(`commit ${first.commit.slice(0, 12)} names the entry ${key}, which is not there`);
  }
  for (const line of raw.changed.split("\n").filter((each) => each !== "")) {
    faults.push(
      `a commit of the record's branch does more than add files: ${plain(line.replace("\t", " "))}`,
    );
  }
  return { environments, faults: faults.slice(0, mostFaults) };
}

/** Whether an entry tells of a commit. */
function setsImages({ step }: Entry): boolean {
  return step === "promotion" || step === "rollback";
}

/** The files of our form, in their order. */
function filesOf({ tree, entries }: RawRecord, faults: string[]): readonly { path: string; text: Buffer }[] {
  const files: { path: string; text: Buffer }[] = [];
  let at = 0;
  for (const line of tree.toString("utf8").split("\0").slice(0, -1)) {
    const tab = line.indexOf("\t");
    const [mode = "", , id = ""] = line.slice(0, tab).split(" ");
    const path = line.slice(tab + 1);
    const end = entries.indexOf("\n", at);
    const [found, , size = ""] = entries.toString("latin1", at, end).split(" ");
    // One that was too large to fetch is not in the list.
    const isThere = found === id && /^[0-9]+$/.test(size);
    const start = end + 1;
    const text = entries.subarray(start, start + Number(size));
    if (isThere) at = start + Number(size) + 1;
    if (mode !== "100644" || !fileForm.test(path)) faults.push(`${plain(path)} is no file of the record`);
    else if (!isThere) faults.push(`${path} is larger than an entry`);
    else files.push({ path, text });
  }
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function entryIn(text: Buffer): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text))).data;
  } catch {
    return undefined;
  }
}

/** A commit that names an entry by its hash. */
interface Anchor {
  readonly commit: string;
  readonly hash: string;
}

/**
 * The commits that name entries, by environment and number. Several may name the same one, as after a cherry-pick. A line
 * of another form is somebody's text: if the commit had named an entry, that one has no commit now.
 */
function anchorsOf(text: string): ReadonlyMap<string, readonly Anchor[]> {
  const anchors = new Map<string, Anchor[]>();
  for (const line of text.split("\n")) {
    const [commit = "", ...rest] = line.split(" ");
    for (const name of rest.join(" ").split(",")) {
      const [, environment, number = "", hash = ""] = anchorForm.exec(name) ?? [];
      if (environment === undefined) continue;
      const key = `${environment} ${Number(number)}`;
      anchors.set(key, [...(anchors.get(key) ?? []), { commit, hash }]);
    }
  }
  return anchors;
}
