import { SlipwayError } from "#pipelines/errors/errors.ts";
import { reasonText } from "#pipelines/errors/explain.ts";
import { renderVerdict } from "#pipelines/reports/console.ts";
import { printable } from "#pipelines/text/printable.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import type { ReleaseRecord } from "./record.ts";

/**
 * Shows the result of a release on one screen.
 *
 * @throws RELEASE_REFUSED when this call wrote nothing; RELEASE_INCOMPLETE when a stage failed after something was
 *   public. Both contain the same screen, so that the call exits non-zero.
 */
export function releaseScreen(record: ReleaseRecord, verdict: Verdict): string {
  const screen = renderRelease(record, verdict);
  if (record.outcome === "released" || record.outcome === "published") return `\n${screen}`;
  const [code, what] =
    record.outcome === "refused"
      ? (["RELEASE_REFUSED", "this call wrote nothing"] as const)
      : (["RELEASE_INCOMPLETE", "the release did not finish; repeat the call to continue it"] as const);
  throw new SlipwayError(code, what, `The state of the release:\n\n${screen}`);
}

const endings = {
  released: "Released",
  published: "Published, and not signed yet: pass --evidence and --evidence-digest to the call that signs",
  incomplete: "Released, without all copies",
  refused: "Refused",
} as const;

/** A line for everything that is public, the failed stage, and the verdict if it stopped the release. */
export function renderRelease(
  { outcome, source, failure, public: open, evidence, bump, notes }: ReleaseRecord,
  verdict: Verdict,
): string {
  const version = source.tag === undefined ? "" : ` (${source.tag})`;
  const close =
    failure === undefined
      ? `${endings[outcome]}: ${source.commit}${version}.`
      : `Failed at ${failure.stage}: ${reasonText(failure)}`;
  return [
    ...(verdict.outcome === "passed" ? [] : [renderVerdict(verdict)]),
    ...(open.length === 0
      ? ["This call made nothing public."]
      : ["Public:", ...open.map((line) => `  ${line}`)]),
    ...(bump?.detail === undefined ? [] : [`GitOps: ${bump.detail}`]),
    ...(outcome === "published" ? [`Evidence: ${evidence}`] : []),
    ...notes.map((note) => `Note: ${note}`),
    "",
    close,
    "",
  ]
    .map((line) => line.split("\n").map(printable).join("\n"))
    .join("\n");
}
