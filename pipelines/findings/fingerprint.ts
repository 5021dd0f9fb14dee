import { createHash, createHmac } from "node:crypto";
import type { Finding } from "./finding.ts";

export interface FingerprintedFinding extends Finding {
  readonly fingerprint: string;
}

/** The lines of a file of the source; undefined if there is no such text file. */
export type Lines = (path: string) => readonly string[] | undefined;

/**
 * Gives each finding of one check its fingerprint, which stays when lines move.
 *
 * The fingerprint is a digest of the rule, the path and the text of the flagged line. If the same line occurs
 * several times, a count is added. For a secret, 16 bits of its digest replace the text. For an advisory, it is a digest of the id and the package. For a finding in a
 * commit, it is a digest of its place there. The tool's name is not part of it, so two tools that find the same
 * fault give it the same fingerprint.
 *
 * @param lines the text of the flagged files.
 * @returns the findings in their order, without exact duplicates.
 */
export function withFingerprints(
  findings: readonly Finding[],
  lines: Lines,
): readonly FingerprintedFinding[] {
  const once = [...new Map(findings.map((finding) => [sameness(finding), finding])).values()];
  const seen = new Map<string, number>();
  const prints = new Map<Finding, string>();
  for (const finding of once.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))) {
    const parts = partsOf(finding, lines);
    const key = JSON.stringify([finding.tool, ...parts]);
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const counts = finding.kind !== "vulnerability" && occurrence > 0;
    prints.set(finding, digest(counts ? [...parts, String(occurrence)] : parts));
  }
  return once.map((finding) => ({ ...finding, fingerprint: prints.get(finding) ?? "" }));
}

/** The fingerprint of an advisory in a package. */
export function advisoryPrint(advisory: string, subject: string): string {
  return digest(["vulnerability", advisory, packageName(subject)]);
}

/** A name of a rule that is the same for every tool with that rule. */
export function ruleKey({ tool, kind, rule, aliases = [] }: Finding): string {
  if (kind === "secret") return "secret";
  if (kind === "vulnerability") return advisoryKey([rule, ...aliases]);
  if (kind === "format" && rule === "unformatted") return tool === "isort" ? "unsorted" : rule;
  return tool === "bandit" ? banditKey(rule) : rule;
}

/** Ruff's S rules have the numbers of bandit's rules; B0… and B9… belong to flake8-bugbear. */
export function banditKey(rule: string): string {
  return rule.replace(/^B(?=[1-7]\d\d$)/, "S");
}

/** The id of an advisory that most databases know: its CVE id if it has one. */
export function advisoryKey(ids: readonly string[]): string {
  const rank = (id: string) => {
    const at = ["CVE-", "GHSA-", "PYSEC-"].findIndex((prefix) => id.startsWith(prefix));
    return at < 0 ? 3 : at;
  };
  return ids.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0] ?? "";
}

/** A package's name without its version, normalized as PyPI compares names. */
export function packageName(subject: string): string {
  return subject
    .replace(/ \S*$/, "")
    .toLowerCase()
    .replace(/[-_.]+/g, "-");
}

function sameness({ tool, kind, rule, path, line, commit, message, package: subject }: Finding): string {
  return JSON.stringify([tool, kind, rule, path, line, commit ?? null, message, subject]);
}

function partsOf(finding: Finding, lines: Lines): readonly string[] {
  const { kind, path, line, commit, message, package: subject } = finding;
  const rule = ruleKey(finding);
  // Lines do not move within a commit.
  if (commit !== undefined) return ["commit", rule, commit, path ?? spaced(message), String(line ?? "")];
  if (kind === "vulnerability" && subject !== undefined) return [kind, rule, packageName(subject)];
  if (kind === "license" && subject !== undefined) return [kind, rule, packageName(subject)];
  if (path === undefined) return ["bare", rule, spaced(message)];
  const text = line === undefined ? undefined : lines(path)?.[line - 1];
  if (kind === "format") return ["file", rule, path];
  if (text === undefined) return ["file", rule, path, ...(kind === "secret" ? [] : [spaced(message)])];
  const isQuoting = kind === "secret" || quoting.test(rule);
  if (!isQuoting) return ["line", rule, path, spaced(text)];
  const name = assignedName(text);
  return ["line", rule, path, name, valueMark(secretText(text, lines(path)?.slice(line)), [path, name])];
}

/** The most lines of a key that count. */
const longestKey = 200;

/** The text of a secret: its line, or all lines of a key in PEM, whose first line is the same for every key. */
function secretText(text: string, next: readonly string[] = []): string {
  if (!text.includes("-----BEGIN")) return spaced(text);
  const key = [text, ...next.slice(0, longestKey - 1)];
  const end = key.findIndex((line) => line.includes("-----END"));
  return key
    .slice(0, end < 0 ? key.length : end + 1)
    .map(spaced)
    .join("\n");
}

/**
 * Tells another secret in the place of a known one, and does not tell the secret: 16 bits of a digest, which 1 in 65,536
 * values has. Whoever guesses finds many that fit.
 */
function valueMark(text: string, place: readonly string[]): string {
  return createHmac("sha256", JSON.stringify(place)).update(text).digest("hex").slice(0, 4);
}

/** The rules that flag a password in the code. For these, the digest must not allow anyone to guess the line. */
const quoting = /^S10[5-7]$/;

/** The name to which a line assigns a secret, and nothing else of the line. */
function assignedName(text: string): string {
  const [, name = ""] =
    /^\W*(?:(?:export|set|const|let|var|env|arg)\s+)?([a-z_][\w.-]*)["']?\s*[=:]/i.exec(text) ?? [];
  return name;
}

function spaced(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
