import { sha256Of } from "#pipelines/text/digest.ts";
import type { Weakening } from "./weakening.ts";

/** A comment in the source that takes back a finding of a scanner. */
export interface Suppression {
  readonly path: string;
  readonly line: number;
  /** The whole line. */
  readonly text: string;
}

/** Comments that take back findings, as an extended regular expression of grep. The tools' own documentation names them. */
export const suppressionPattern = [
  "slipway:[[:blank:]]*ignore",
  "gitleaks:allow",
  "trivy:ignore:",
  "tfsec:ignore:",
  "checkov:skip=",
  "bridgecrew:skip=",
  "nosemgrep",
  "nosem\\b",
  "#[[:blank:]]*nosec",
  "zizmor:[[:blank:]]*ignore",
  "hadolint[[:blank:]]+(global[[:blank:]]+)?ignore=",
  "tflint-ignore",
].join("|");

/** Finds the suppressions of a change that its base does not have in the same file, whatever their line. */
export function newSuppressions(
  base: readonly Suppression[],
  change: readonly Suppression[],
): readonly Weakening[] {
  const left = new Map<string, number>();
  for (const each of base) left.set(keyOf(each), (left.get(keyOf(each)) ?? 0) + 1);
  return change.flatMap((each) => {
    const key = keyOf(each);
    const known = left.get(key) ?? 0;
    left.set(key, known - 1);
    const { path, line, text } = each;
    if (known > 0) return [];
    return [
      {
        subject: "comment",
        text: `new in the change: ${text.trim().slice(0, 200)}`,
        path,
        line,
        content: sha256Of(text),
      },
    ];
  });
}

function keyOf({ path, text }: Suppression): string {
  return JSON.stringify([path, text.trim()]);
}
