import parse from "spdx-expression-parse";

/** Which licenses may be there, each an entry of the SPDX list, with its exception where it has one. */
export interface LicensePolicy {
  /** Only these, where there is such a list. */
  readonly allow?: readonly string[];
  readonly deny: readonly string[];
}

/** What a policy says to a license; `unknown`: it is none that SPDX has a name for. */
export type Ruling = "passed" | "refused" | "unknown";

/** Longer ones are none that a person wrote; the parser's time grows with the square. */
const longest = 4096;
const deepest = 50;

/**
 * Rules on a license as an SBOM has it. Of `A OR B` one has to pass, of `A AND B` both. What is no SPDX expression (free
 * text, NOASSERTION, a digest, one beyond all measure), and a LicenseRef that the policy does not name, is unknown.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/
 */
export function ruleOn(license: string, policy: LicensePolicy): Ruling {
  const expression = parsed(license);
  return expression === undefined ? "unknown" : ruling(expression, policy);
}

/** Says whether text is a single license: one of the SPDX list or a LicenseRef, with an exception or without. */
export function isLicense(text: string): boolean {
  const expression = parsed(text);
  return expression !== undefined && !("conjunction" in expression);
}

function parsed(license: string): parse.Info | undefined {
  // The parser looks for an identifier anywhere in the rest: characters that the grammar does not have could pass.
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
 * The entry that names the license more exactly goes first, and of two that are as exact the one that denies: with its
 * exception, without it, then any form of that version. One that allows GPL-3.0-only also allows what may be used under
 * it, GPL-3.0-or-later; not the other way round.
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

/** `GPL-3.0` of GPL-3.0-only, GPL-3.0-or-later, GPL-3.0+ and of GPL-3.0 itself, which means the first. */
function versionOf(id: string): string {
  return id.replace(/(?:-only|-or-later|\+)$/, "");
}

function isLater(id: string): boolean {
  return /(?:-or-later|\+)$/.test(id);
}
