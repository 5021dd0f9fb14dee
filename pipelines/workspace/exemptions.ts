import { type Directory, ExistsType } from "@dagger.io/dagger";
import type { Config } from "#pipelines/config/config.ts";
import { largestReport } from "#pipelines/dagger/report-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { Exemptions } from "#pipelines/gates/exemptions.ts";
import { configuredWaivers } from "#pipelines/gates/waiver.ts";
import type { Request } from "#pipelines/request.ts";
import { readBaseline } from "./baseline-file.ts";
import { settingsPath } from "./load.ts";
import { pool } from "./pool.ts";
import { waiverPeriod } from "./today.ts";

/** The largest file of the source that is read for flagged lines, in bytes. */
const largestText = 2 * 1024 * 1024;

/**
 * Collects the exemptions of a call: the waivers of the configuration, and the baseline that the call names.
 *
 * @throws BASELINE_INVALID; ARGUMENT_INVALID when the call's day is not a date.
 */
export async function loadExemptions(
  { config: named, baseline, today }: Request,
  { source, root, config }: { readonly source: Directory; readonly root: string; readonly config: Config },
): Promise<Exemptions> {
  const file = settingsPath(root, named);
  return {
    ...waiverPeriod(config.gates.waiverTerm, today),
    waivers: configuredWaivers(config.waivers, file),
    lines: linesOf(source),
    ...(baseline === undefined ? {} : { baseline: readBaseline(await textOf(baseline)) }),
  };
}

async function textOf(baseline: NonNullable<Request["baseline"]>): Promise<string> {
  if ((await baseline.size()) <= largestReport) return baseline.contents();
  throw new SlipwayError(
    "BASELINE_INVALID",
    `the baseline is larger than ${largestReport} bytes`,
    "Fix findings, or exclude paths in the tools' settings, until the baseline is smaller.",
  );
}

/** Reads files of the source, each once and few at a time. */
function linesOf(source: Directory): Exemptions["lines"] {
  const texts = new Map<string, Promise<readonly string[] | undefined>>();
  const reading = pool(16);
  const read = async (path: string) => {
    if (!(await source.exists(path, { expectedType: ExistsType.RegularType }))) return undefined;
    const file = source.file(path);
    if ((await file.size()) > largestText) return undefined;
    return (await file.contents()).split(/\r\n|\n|\r/);
  };
  return (path) => {
    // A file that cannot be read as text has no lines; the finding is judged without them.
    const text = texts.get(path) ?? reading.run(() => read(path)).catch(() => undefined);
    texts.set(path, text);
    return text;
  };
}
