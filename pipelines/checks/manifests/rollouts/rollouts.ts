import { type Manifest, parseManifests } from "#modules/kustomize/src/manifests.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { printable } from "#pipelines/text/printable.ts";
import { analysisFaults } from "./analysis.ts";
import type { RolloutFault } from "./fault.ts";
import { type Placed, type Rollout, type RolloutObjects, rolloutObjects, titleOf } from "./objects.ts";
import { strategyFaults, unseenTemplates } from "./strategy.ts";
import { trafficFaults, unseenPlaces } from "./traffic.ts";
import { wayBackFaults } from "./way-back.ts";

/** What a rendering says of progressive delivery. */
export interface JudgedRollouts {
  /** Of Rollouts and of templates of analyses; 0: there is nothing to judge. */
  readonly objects: number;
  readonly faults: readonly RolloutFault[];
  /** What Rollouts name and nobody looked at, since another rendering has it, or the cluster. */
  readonly unseen: readonly string[];
}

/** A folder, a namespace or an environment that is called production. */
const production = /(?<!(?:non|not|pre)[-_]?)\b(?:(?:prod|prd|production)\d*(?=$|[-_/.])|live\d*(?=$|[/.]))/i;
/** Labels that name an environment. */
const environmentLabel = /(?:^|[/.])(?:env|environment|stage|tier)$/i;
const kinds = /\bkind["']?:[ \t]*["']?(?:Rollout|(?:Cluster)?AnalysisTemplate)\b/;

/** A text with manifests, and the source file that a finding in it names. */
export interface ManifestText {
  readonly path: string;
  readonly text: string;
}

/** Whether a text may have a Rollout or an analysis. */
export function mayRollOut(text: string): boolean {
  return kinds.test(text);
}

/**
 * Judges the Rollouts and analyses of texts that are deployed together: what would let a version pass without evidence,
 * or leave no way back.
 *
 * @param name the rendering's, which can say that it is for production; undefined: each file's path does.
 * @throws REPORT_MALFORMED for a text that may have a Rollout and cannot be read.
 */
export function judgeTexts(texts: readonly ManifestText[], name?: string): JudgedRollouts {
  const objects = rolloutObjects(texts.flatMap(manifestsIn));
  const { rollouts, templates, unreadable } = objects;
  return {
    objects: rollouts.length + templates.length + unreadable.length,
    faults: [
      ...unreadable.map(({ object, path, at, why }) => ({
        rule: "unreadable",
        object,
        path,
        what: `\`${at}\` cannot be read: ${why}`,
        remedy: "Correct the field.",
      })),
      ...rollouts.flatMap((rollout) => rolloutFaults(rollout, objects, name ?? rollout.path)),
      ...templates.flatMap((template) => [...analysisFaults(template)]),
    ],
    unseen: [
      ...new Set(
        rollouts.flatMap((rollout) => [
          ...unseenTemplates(rollout, objects),
          ...unseenPlaces(rollout, objects),
        ]),
      ),
    ],
  };
}

/** A text beside them that cannot be read is not theirs to report. */
function manifestsIn({ path, text }: ManifestText): readonly Placed<Manifest>[] {
  try {
    return parseManifests(text).map((each) => ({ ...each, path }));
  } catch (error) {
    if (mayRollOut(text)) throw error;
    return [];
  }
}

function rolloutFaults(rollout: Rollout, objects: RolloutObjects, name: string): readonly RolloutFault[] {
  const { metadata, path } = rollout;
  const object = titleOf({ kind: "Rollout", metadata });
  const labels = Object.entries(metadata.labels ?? {}).filter(([label]) => environmentLabel.test(label));
  const says = [name, metadata.namespace ?? "", ...labels.map(([, value]) => value)];
  const isProduction = says.some((each) => production.test(each));
  const faults = [
    ...strategyFaults(rollout, objects, isProduction),
    ...trafficFaults(rollout, objects),
    ...wayBackFaults(rollout, objects),
  ];
  return faults.map((fault) => ({ object, path, ...fault }));
}

/** The finding for a fault. */
export function findingOf({ rule, object, path, what, remedy }: RolloutFault): Finding {
  return {
    tool: "rollouts",
    kind: "manifest",
    rule,
    severity: "HIGH",
    message: printable(`${object}: ${what}`).slice(0, 500),
    path,
    fix: remedy,
  };
}
