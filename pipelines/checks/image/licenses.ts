import { dag } from "@dagger.io/dagger";
import type { Licences } from "#pipelines/config/config.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { packageName } from "#pipelines/findings/fingerprint.ts";
import type { Package } from "#pipelines/findings/sbom.ts";
import { ruleOn } from "#pipelines/gates/spdx-license.ts";
import { countText } from "#pipelines/text/format.ts";
import { type Examined, examine, skipped } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/**
 * Holds the licences of an image's packages against the policy of slipway.yaml, by the image's one SBOM.
 *
 * @param name the check's.
 */
export async function licences(
  workspace: Workspace,
  name: string,
  described: Promise<{ readonly packages?: readonly Package[] }>,
): Promise<Examined> {
  const { gates, config } = workspace;
  const { packages } = isAsked(config.licences) ? await described : {};
  if (!isAsked(config.licences)) return skipped(name, "slipway.yaml has no policy under licences");
  // Why, is said by the check of the SBOM.
  if (packages === undefined) return skipped(name, "there is no SBOM to look at");
  const asked = packages.filter((each) => !isSkipped(each, config.licences.skip));
  return examine({ name, gates }, async () => ({
    reports: dag.directory(),
    read: async () => ({ findings: asked.flatMap((each) => findingsIn(each, config.licences)) }),
    note: ({ findings }) =>
      [
        countText(asked.length, "package"),
        ...(asked.length < packages.length ? [`${packages.length - asked.length} skipped`] : []),
        ...(findings.length > 0 ? [`${findings.length} of unknown licence`] : []),
      ].join(", "),
  }));
}

/** Says whether slipway.yaml asks for anything. */
export function isAsked({ allow, deny, unknown }: Licences): boolean {
  return allow !== undefined || deny !== undefined || unknown === "fail";
}

/** What a policy has against a package: one finding for each licence that is refused, one for all that is unknown. */
export function findingsIn(each: Package, { allow, deny = [], unknown }: Licences): readonly Finding[] {
  const rulings = each.licences.map((licence) => ({ licence, ruling: ruleOn(licence, { allow, deny }) }));
  const subject = each.version === "" ? each.name : `${each.name} ${each.version}`;
  const refused = rulings.filter(({ ruling }) => ruling === "refused");
  const foreign = rulings.filter(({ ruling }) => ruling === "unknown").map(({ licence }) => licence);
  const findings: Finding[] = refused.map(({ licence }) => ({
    tool: "syft",
    kind: "licence",
    rule: licence,
    severity: "HIGH",
    package: subject,
    message: `${each.name} is under ${licence}, which slipway.yaml does not allow`,
  }));
  if (foreign.length === 0 && rulings.length > 0) return findings;
  const said =
    foreign.length === 0
      ? "names no licence"
      : `has a licence that SPDX does not name: ${foreign.join(", ")}`;
  findings.push({
    tool: "syft",
    kind: unknown === "fail" ? "licence" : "remark",
    rule: "unknown-licence",
    severity: "UNKNOWN",
    package: subject,
    message: `${each.name} ${said}`.slice(0, 500),
  });
  return findings;
}

/** Says whether one of the patterns is for a package: by its name, or by TYPE/NAME, as PyPI compares names. */
export function isSkipped({ type, name }: Package, patterns: readonly string[]): boolean {
  const plain = packageName(`${name} `);
  return patterns.some((pattern) => {
    const wanted = packageName(`${pattern} `);
    return matches(wanted, plain) || matches(wanted, `${type}/${plain}`);
  });
}

/** `*` stands for any text; looked for from left to right, so that no pattern takes long. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return text === pattern;
  if (!text.startsWith(first)) return false;
  const last = rest.pop() ?? "";
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
