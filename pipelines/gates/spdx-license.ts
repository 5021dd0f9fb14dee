import parse from "spdx-expression-parse";

/** The allowed and denied licenses. Each entry is one of the SPDX list, with its exception if it has one. */
export interface LicensePolicy {
  /** The only allowed licenses, if there is such a list. */
  readonly allow?: readonly string[];
  readonly deny: readonly string[];
}

/** The ruling of a policy on a license; `unknown`: SPDX has no name for it. */
export type Ruling = "passed" | "refused" | "unknown";

/** No person writes a longer expression, and the parser's time grows with the square of the length. */
const longest = 4096;
const deepest = 50;

/**
 * Rules on a license as an SBOM names it. For `A OR B`, one must pass; for `A AND B`, both. A text that is not an
 * SPDX expression is unknown, for example free text, NOASSERTION, a digest or a text that is too long. So is a
 * LicenseRef that the policy does not name.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function ruleOn(license: string, policy: LicensePolicy): Ruling {
  const expression = parsed(license);
  return expression === undefined ? "unknown" : ruling(expression, policy);
}

/** Whether a text is a single license: one of the SPDX list or a LicenseRef, with or without an exception. */
export function isLicense(text: string): boolean {
  const expression = parsed(text);
  return expression !== undefined && !("conjunction" in expression);
}

function parsed(license: string): parse.Info | undefined {
  // The parser looks for an identifier anywhere in the rest, so it could accept characters that the grammar does
  // not have.
  if (license.length > longest || !/^[A-Za-z0-9.+:() -]+$/.test(license)) return undefined;
  if (depthOf(license) > deepest) return undefined;
  try {
    return parse(license);
  } catch {
    return undefined;
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  for (const char of text) {
    if (char === "(") most = Math.max(most, ++depth);
    if (char === ")") depth -= 1;
  }
  return most;
}

function ruling(expression: parse.Info, policy: LicensePolicy): Ruling {
  if (!("conjunction" in expression)) return rulingOnOne(expression, policy);
  const both = [ruling(expression.left, policy), ruling(expression.right, policy)];
  const order: readonly Ruling[] =
    expression.conjunction === "and" ? ["refused", "unknown", "passed"] : ["passed", "unknown", "refused"];
  return order.find((each) => both.includes(each)) ?? "unknown";
}

/**
 * Rules on a single license. The entry that names it most exactly decides: with its exception, then without it,
 * then any form of that version. If two entries are equally exact, the denying one decides. An entry that allows
 * GPL-3.0-only also allows GPL-3.0-or-later, because that license permits use under the former; not the other way
 * round.
 */
function rulingOnOne(
  { license, plus, exception }: parse.LicenseInfo,
  { allow, deny }: LicensePolicy,
): Ruling {
  const id = plus ? `${license}+` : license;
  const exact = [...(exception === undefined ? [] : [`${id} WITH ${exception}`]), id];
  for (const name of exact) {
    if (deny.includes(name)) return "refused";
    if (allow?.includes(name)) return "passed";
  }
  if (deny.some((entry) => versionOf(entry) === versionOf(id))) return "refused";
  if (allow?.some((entry) => versionOf(entry) === versionOf(id) && !isLater(entry))) return "passed";
  if (license.includes("LicenseRef-")) return "unknown";
  return allow === undefined ? "passed" : "refused";
}

/**
 * The version of an id: `GPL-3.0` for GPL-3.0-only, GPL-3.0-or-later and GPL-3.0+. A plain GPL-3.0 means
 * GPL-3.0-only.
 */
function versionOf(id: string): string {
  return id.replace(/(?:-only|-or-later|\+)$/, "");
}

function isLater(id: string): boolean {
  return /(?:-or-later|\+)$/.test(id);
}
