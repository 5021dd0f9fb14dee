import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";

/** The number of annotations of each kind that GitHub shows for a step. */
const most = 10;

/** Escapes the text of a workflow command, or of one of its properties, because findings contain text from outside. */
const text = (value) => value.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
const property = (value) => text(value).replace(/:/g, "%3A").replace(/,/g, "%2C");

/**
 * The lines that HEAD changed from its pull request's base, by file below the source; undefined if git fails. The
 * prefixes a/ and b/ are set, because git's settings may change them.
 */
function changedLines(source, base) {
  if (!base) return undefined;
  const args = [
    "-C",
    source,
    "-c",
    "core.quotePath=false",
    "diff",
    "--unified=0",
    "--no-color",
    "--no-ext-diff",
    "--relative",
    "--src-prefix=a/",
    "--dst-prefix=b/",
  ];
  let diff;
  try {
    const options = { encoding: "utf8", maxBuffer: 256 * 1024 * 1024, stdio: ["ignore", "pipe", "ignore"] };
    diff = execFileSync("git", [...args, `refs/remotes/origin/${base}...HEAD`, "--"], options);
  } catch {
    return undefined;
  }
  const changed = new Map();
  let lines;
  for (const line of diff.split("\n")) {
    const file = /^\+\+\+ b\/(.*?)\t?$/.exec(line)?.[1];
    if (file !== undefined) {
      lines = [];
      changed.set(file, lines);
    }
    const [, start, count = "1"] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (start !== undefined) lines?.push([Number(start), Number(start) + Number(count)]);
  }
  return changed;
}

/** The findings with their paths below the source. If slipway.yaml sets root, the reports have paths below that folder. */
function placed({ root = ".", findings }) {
  return findings.map((finding) =>
    finding.path === undefined ? finding : { ...finding, path: posix.join(root, finding.path) },
  );
}

/** Puts blocking findings first, and among them those that this change caused. */
function ranked(findings, changed) {
  const isChanged = ({ path, line }) =>
    changed?.get(path)?.some(([from, to]) => line >= from && line < to) ?? false;
  const rank = (finding) => (finding.status === "blocking" ? 0 : 2) + (isChanged(finding) ? 0 : 1);
  const isShown = (finding) =>
    finding.status === "blocking" ||
    // A finding that does not block is annotated only if this change caused it.
    (finding.status === "nonblocking" && (changed === undefined || isChanged(finding)));
  return findings
    .filter((finding) => finding.commit === undefined && isShown(finding))
    .sort((a, b) => rank(a) - rank(b));
}

function annotation(finding, source) {
  const { status, rule, message, path, line, tools, fix, package: of } = finding;
  const command = status === "blocking" ? "error" : "warning";
  const place = path === undefined ? undefined : posix.normalize(posix.join(source, path));
  const where =
    place === undefined || place.startsWith("..") || !existsSync(place)
      ? []
      : [`file=${property(place)}`, ...(line === undefined ? [] : [`line=${line}`])];
  const title = `title=${property(`${rule} (${tools.join(", ")})`)}`;
  const lead = [of, where.length === 0 ? path : undefined].filter((part) => part !== undefined).join(" in ");
  const remedy = fix === undefined ? "" : ` Fix: ${fix}`;
  const what = `${lead === "" ? "" : `${lead}: `}${message}${remedy}`.slice(0, 2000);
  return { command, line: `::${command} ${[...where, title].join(",")}::${text(what)}` };
}

/** Each failed test, without a line, because JUnit reports seldom have one. */
function failedTests(summary) {
  return summary.checks.flatMap(({ name, tests }) =>
    (tests?.failures ?? []).map((failure) => ({
      command: "error",
      line: `::error title=${property(`${name}: test failed`)}::${text(`${failure.name}: ${failure.message}`.slice(0, 2000))}`,
    })),
  );
}

const { SLIPWAY_REPORTS: reports, SLIPWAY_SOURCE: source, GITHUB_BASE_REF: base } = process.env;
const read = (name) => JSON.parse(readFileSync(posix.join(reports, name), "utf8"));
if (!existsSync(posix.join(reports, "summary.json"))) {
  console.log("There are no reports to annotate from.");
} else {
  const found = ranked(placed(read("findings.json")), changedLines(source, base)).map((finding) =>
    annotation(finding, source),
  );
  const all = [...failedTests(read("summary.json")).slice(0, most / 2), ...found];
  const shown = ["error", "warning"].flatMap((kind) =>
    all.filter(({ command }) => command === kind).slice(0, most),
  );
  for (const { line } of shown) console.log(line);
  if (shown.length < all.length) console.log(`${all.length - shown.length} more are in the reports.`);
}
