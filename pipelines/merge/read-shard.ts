import { posix } from "node:path";
import { isErrorCode, SlipwayError } from "#pipelines/errors/errors.ts";
import { checkName, reportFiles } from "#pipelines/findings/check-id.ts";
import type { Check } from "#pipelines/findings/evidence.ts";
import { contradictory, jsonReport, malformed } from "#pipelines/readers/report.ts";
import { type Summary, summarySchema } from "#pipelines/reports/summary-json.ts";
import type { ShardRecord } from "#pipelines/shards/schema.ts";
import { printable } from "#pipelines/text/printable.ts";
import { shardVerdict } from "#pipelines/verdict/verdict.ts";

/** One shard of a run, as in its summary.json. */
export interface ShardSummary {
  readonly record: ShardRecord;
  readonly checks: readonly Check[];
}

const schema = summarySchema.required({ shard: true });

/**
 * Reads the summary.json of one shard. Its outcome is computed again; the outcome in the file must agree with it.
 *
 * @param text the summary.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED, with the place, also for the summary.json of an unsplit run.
 *   REPORT_CONTRADICTORY; PATH_OUTSIDE_REPORTS for a check or report whose path leads out of its folder.
 */
export function readShard(text: string, file: string): ShardSummary {
  const { checks: written, shard: record, outcome } = jsonReport(text, file, schema);
  const checks = written.map((check, at) => checkOf(check, file, `$.checks[${at}]`));
  if (record.index > record.run.of) {
    throw malformed(file, `$.shard.index: ${record.index}, but the run has ${record.run.of} shards`);
  }
  if (record.places.length !== checks.length) {
    const counts = `${record.places.length} places for ${checks.length} checks`;
    throw contradictory(file, counts, "Use the file exactly as ci wrote it.");
  }
  const reckoned = shardVerdict(checks, [], record).outcome;
  if (reckoned !== outcome) {
    const fault = `the outcome is ${outcome}, but its checks give ${reckoned}`;
    throw contradictory(file, fault, "Use the file exactly as ci wrote it.");
  }
  const units = record.units.find((unit) => !record.run.units.includes(unit));
  if (units !== undefined) {
    throw contradictory(
      file,
      `${printable(units)} is not a unit of the run`,
      "Use the file exactly as ci wrote it.",
    );
  }
  written.forEach((check, at) => {
    holdPaths(check, file, `$.checks[${at}]`);
  });
  holdServices(record, file);
  return { record, checks };
}

/**
 * Checks the paths of a check in the reports: relative, without `..`, and not a file that the merge itself writes.
 */
function holdPaths(check: Summary["checks"][number], file: string, at: string): void {
  const { name, reports } = check;
  if (!isInside(name) || [".", ...reportFiles].includes(posix.normalize(name).split("/", 1)[0] ?? ""))
    throw outside(file, `${at}.name`, name);
  reports.forEach((path, index) => {
    if (!isInside(path) || !posix.normalize(path).startsWith(`${posix.normalize(name)}/`)) {
      throw outside(file, `${at}.reports[${index}]`, path);
    }
  });
  if (name !== checkName(check)) {
    const fault = `${at}.name: does not match its kind, service and subject`;
    throw contradictory(file, fault, "Use the file exactly as ci wrote it.");
  }
}

/** Whether a path stays below the folder to which it is relative. */
function isInside(path: string): boolean {
  const steps = path.split("/");
  return path !== "" && !path.startsWith("/") && !/[\0\\]/.test(path) && !steps.includes("..");
}

/** Requires checks for each service of the shard: without any, the service was not checked. */
function holdServices({ run, units, places }: ShardRecord, file: string): void {
  const bare = units.find(
    (unit) => unit.startsWith("service ") && !places.some(([, at]) => run.units[at] === unit),
  );
  if (bare !== undefined) {
    throw contradictory(file, `no check of the ${printable(bare)}`, "Use the file exactly as ci wrote it.");
  }
}

function checkOf(
  { findings, tests, coverage, changed, steps, changes, reasons, ...rest }: Summary["checks"][number],
  file: string,
  at: string,
): Check {
  return {
    ...rest,
    reasons: reasons.map(({ code, ...reason }, index) => {
      if (code === undefined) return reason;
      if (isErrorCode(code)) return { code, ...reason };
      throw malformed(file, `${at}.reasons[${index}].code: ${code} is not an error code of Slipway`);
    }),
    evidence: {
      findings,
      ...(tests !== undefined && { tests }),
      ...(coverage !== undefined && { coverage }),
      ...(changed !== undefined && { changed }),
      ...(steps !== undefined && { steps }),
      ...(changes !== undefined && { changes }),
    },
  };
}

function outside(file: string, at: string, path: string): SlipwayError {
  return new SlipwayError(
    "PATH_OUTSIDE_REPORTS",
    `${file} ${at}: ${printable(path).slice(0, 200)} is not a path in the folder of its check`,
    "Use the reports exactly as ci wrote them.",
  );
}
