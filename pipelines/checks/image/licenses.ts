import { dag } from "@dagger.io/dagger";
import type { Licenses } from "#pipelines/config/config.ts";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { packageName } from "#pipelines/findings/fingerprint.ts";
import type { Package } from "#pipelines/findings/sbom.ts";
import { ruleOn } from "#pipelines/gates/spdx-license.ts";
import { countText } from "#pipelines/text/format.ts";
import { type CheckResult, runCheck, skippedCheck } from "#pipelines/verdict/run-check.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/**
 * Checks the licenses of an image's packages against the policy of slipway.yaml, from the image's single SBOM.
 *
 * @param id the id of the check.
 */
export async function checkLicenses(
  workspace: Workspace,
  id: CheckId,
  described: Promise<{ readonly packages?: readonly Package[] }>,
): Promise<CheckResult> {
  const { gates, config } = workspace;
  const { packages } = hasPolicy(config.licenses) ? await described : {};
  if (!hasPolicy(config.licenses)) return skippedCheck(id, "`licenses` in slipway.yaml sets no policy");
  // The check of the SBOM reports why.
  if (packages === undefined) return skippedCheck(id, "there is no SBOM");
  const asked = packages.filter((each) => !isSkipped(each, config.licenses.skip));
  return runCheck({ ...id, gates }, async () => ({
    reports: dag.directory(),
    read: async () => ({ findings: asked.flatMap((each) => findingsIn(each, config.licenses)) }),
    note: ({ findings }) =>
      [
        countText(asked.length, "package"),
        ...(asked.length < packages.length ? [`${packages.length - asked.length} skipped`] : []),
        ...(findings.length > 0 ? [`${findings.length} with an unknown license`] : []),
      ].join(", "),
  }));
}

/** Whether slipway.yaml sets any rule for licenses. */
export function hasPolicy({ allow, deny, unknown }: Licenses): boolean {
  return allow !== undefined || deny !== undefined || unknown === "fail";
}

/** The findings of a policy for a package: one for each refused license, and one for all that are unknown. */
export function findingsIn(each: Package, { allow, deny = [], unknown }: Licenses): readonly Finding[] {
  const rulings = each.licenses.map((license) => ({ license, ruling: ruleOn(license, { allow, deny }) }));
  const subject = each.version === "" ? each.name : `${each.name} ${each.version}`;
  const refused = rulings.filter(({ ruling }) => ruling === "refused");
  const foreign = rulings.filter(({ ruling }) => ruling === "unknown").map(({ license }) => license);
  const findings: Finding[] = refused.map(({ license }) => ({
    tool: "syft",
    kind: "license",
    rule: license,
    severity: "HIGH",
    package: subject,
    message: `${each.name} is under ${license}, which slipway.yaml does not allow`,
  }));
  if (foreign.length === 0 && rulings.length > 0) return findings;
  const said =
    foreign.length === 0
      ? "names no license"
      : `has a license that SPDX does not name: ${foreign.join(", ")}`;
  findings.push({
    tool: "syft",
    kind: unknown === "fail" ? "license" : "note",
    rule: "unknown-license",
    severity: "UNKNOWN",
    package: subject,
    message: `${each.name} ${said}`.slice(0, 500),
  });
  return findings;
}

/** Whether one of the patterns fits a package: by its name, or by TYPE/NAME, compared as PyPI compares names. */
export function isSkipped({ type, name }: Package, patterns: readonly string[]): boolean {
  const plain = packageName(`${name} `);
  return patterns.some((pattern) => {
    const wanted = packageName(`${pattern} `);
    return matches(wanted, plain) || matches(wanted, `${type}/${plain}`);
  });
}

/**
 * Compares a text with a pattern in which `*` stands for any text. It searches from left to right, so no pattern
 * takes long.
 */
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
