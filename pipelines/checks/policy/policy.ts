import { dag } from "@dagger.io/dagger";
import type { Finding } from "#pipelines/findings/finding.ts";
import { shortId } from "#pipelines/findings/location.ts";
import type { Weakening } from "#pipelines/policy/weakening.ts";
import { countText } from "#pipelines/text/format.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type CheckResult, runCheck } from "#pipelines/verdict/run-check.ts";
import type { Policy } from "#pipelines/workspace/policy.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";

/** Checks that a change is judged no less strictly than its base, unless an owner approves that. */
export function checkPolicy({ gates, policy }: Workspace): readonly Promise<CheckResult>[] {
  if (policy === undefined) return [];
  const { weakenings, approval, isApproved } = policy;
  const result = runCheck({ kind: "policy", gates }, async () => ({
    reports: dag.directory().withNewFile("policy.json", `${JSON.stringify(policy, undefined, 2)}\n`),
    read: async () => ({ findings: isApproved ? [] : weakenings.map(findingOf) }),
    note: () => noteOf(policy),
    ...(weakenings.length > 0 &&
      !isApproved && {
        caveat: `an owner approves exactly this by --policy-approved=${approval}; until then, the policy of ${baseOf(policy)}, applies`,
      }),
  }));
  return [result];
}

function findingOf({ subject, text, path, line }: Weakening): Finding {
  return {
    tool: "slipway",
    kind: "policy",
    rule: subject,
    severity: "HIGH",
    message: `${subject}: ${text}`,
    ...(path !== undefined && { path }),
    ...(line !== undefined && { line }),
  };
}

function noteOf(policy: Policy): string {
  const { weakenings, approval, isApproved } = policy;
  if (!isApproved) return `nothing is judged less strictly than on ${baseOf(policy)}`;
  return `${countText(weakenings.length, "weaker setting")} compared with ${baseOf(policy)}, approved as ${approval}`;
}

function baseOf({ name, from }: Policy): string {
  return `${shortId(from)}, the merge base of HEAD and ${printable(name)}`;
}
