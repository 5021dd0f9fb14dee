import { countText, secondsText } from "#pipelines/text/format.ts";
import { shortImage } from "../image.ts";
import { openRepository, stageOf } from "../repository.ts";
import type { EnvironmentsRequest } from "../request.ts";
import { timeText } from "../time.ts";
import { assertWhole, type ReadRecord, type RecordedEntry } from "./chain.ts";
import type { Entry } from "./entry.ts";
import { readRecord } from "./read.ts";

/** The arguments of a look at the record. */
export interface RecordRequest extends EnvironmentsRequest {
  /** Default: all. */
  readonly environment?: string;
}

/**
 * Reads the record of a GitOps repository, and checks every byte of it.
 *
 * @throws RECORD_BROKEN with all that is wrong; ENVIRONMENT_NOT_FOUND; the errors of the repository.
 */
export async function recordOf(request: RecordRequest): Promise<ReadRecord> {
  const repository = await openRepository(request);
  const { environment } = request;
  if (environment !== undefined) stageOf(repository, environment);
  const record = await readRecord(repository);
  assertWhole(record, request.gitopsRepository);
  if (environment === undefined) return record;
  const entries = record.environments.get(environment) ?? [];
  return { ...record, environments: new Map([[environment, entries]]) };
}

/** Shows a record, the newest entry of each environment first. */
export function recordScreen({ environments }: ReadRecord): string {
  const all = [...environments.values()];
  const count = all.reduce((sum, entries) => sum + entries.length, 0);
  const lines = [...environments].flatMap(([name, entries]) => [
    name,
    ...[...entries].reverse().flatMap((each) => entryLines(each).map((line) => `  ${line}`)),
  ]);
  const end =
    count === 0
      ? "Nothing is on record."
      : `${countText(count, "entry")} on record, and every byte as it was written.`;
  return `\n${[...lines, end].join("\n")}\n`;
}

function entryLines({ entry, commit }: RecordedEntry): readonly string[] {
  const { number, recorded, by } = entry;
  const who = by === undefined ? "" : ` by ${by}`;
  const where = commit === undefined ? "" : `, commit ${commit.slice(0, 12)}`;
  return [
    `${number}  ${recorded.slice(0, 16).replace("T", " ")} UTC  ${told(entry)}${who}${where}`,
    ...reasons(entry),
  ];
}

function told(entry: Entry): string {
  if (entry.step === "resume") return "resumed";
  if (entry.step === "hold")
    return entry.until === undefined ? "held" : `held until ${timeText(new Date(entry.until))}`;
  if (entry.step === "confirmation") {
    const end = entry.outcome === "passed" ? "confirmed by" : `${entry.outcome} to be confirmed by`;
    return `${end} ${entry.queries.map(({ name }) => name).join(", ")}, in ${secondsText(entry.seconds)}`;
  }
  if (entry.step === "arrival") {
    const images = entry.images.map(shortImage).join(", ");
    return entry.outcome === "passed"
      ? `runs ${images}, after ${secondsText(entry.seconds)}`
      : `${entry.outcome} to run ${images}`;
  }
  const images = entry.images.map(
    ({ before, ...image }) =>
      `${shortImage(image)}${before === undefined ? "" : ` in place of ${before.slice(7, 19)}`}`,
  );
  return entry.step === "promotion"
    ? `promotion of ${images.join(", ")} from ${entry.from.environment}`
    : `rollback to ${images.join(", ")}`;
}

function reasons(entry: Entry): readonly string[] {
  if (entry.step === "confirmation")
    return [
      ...entry.queries.flatMap(({ name, why }) => (why === undefined ? [] : [`   ${name}: ${why}`])),
      ...(entry.why === undefined ? [] : [`   ${entry.why}`]),
    ];
  const text = entry.step === "arrival" ? entry.why : entry.reason;
  return text === undefined ? [] : [`   ${text}`];
}
