import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type Summary, summarySchema } from "#pipelines/reports/summary-json.ts";
import { type Probed, probedSchema } from "./probe.ts";

/** What a call left for people and programs to see, and on the machine. */
export interface Seen {
  readonly exitCode: number;
  /** What was printed. */
  readonly log: string;
  /** The reports by their paths. */
  readonly reports: ReadonlyMap<string, string>;
  readonly summary: Summary;
  /** Paths below the checkout and the folder for temporary files. */
  readonly left: readonly string[];
  /** What the attacker's code noted, by the name of its place. */
  readonly probes: ReadonlyMap<string, Probed>;
}

/** Reads what a call left. */
export async function seenIn(
  reportsFolder: string,
  { exitCode, log, folders }: { exitCode: number; log: string; folders: readonly string[] },
): Promise<Seen> {
  const reports = new Map<string, string>();
  for (const entry of await readdir(reportsFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    reports.set(relative(reportsFolder, path), await readFile(path, "utf8"));
  }
  const probes = new Map<string, Probed>();
  for (const [path, text] of reports) {
    const [, where] = /(?:^|\/)probe-([\w-]+)\.json$/.exec(path) ?? [];
    if (where !== undefined) probes.set(where, probedSchema.parse(JSON.parse(text)));
  }
  const left = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true })));
  const summary = summarySchema.parse(JSON.parse(reports.get("summary.json") ?? ""));
  return { exitCode, log, reports, summary, left: left.flat(), probes };
}

/** Everything that a call printed or reported, as one text. */
export function everything({ log, reports }: Seen): string {
  return [log, ...reports.keys(), ...reports.values()].join("\n");
}
