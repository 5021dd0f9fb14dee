import type { Manifest } from "#modules/kustomize/src/manifests.ts";
import { isRecord, parseManifests } from "#modules/kustomize/src/manifests.ts";
import type { Finding } from "#pipelines/findings/finding.ts";
import { printable } from "#pipelines/text/printable.ts";
import { analysisFaults } from "./analysis.ts";
import type { RolloutFault } from "./fault.ts";
import { type Rollout, type RolloutObjects, rolloutObjects } from "./objects.ts";
import { strategyFaults, unseenTemplates } from "./strategy.ts";
import { trafficFaults } from "./traffic.ts";
import { wayBackFaults } from "./way-back.ts";

/** What a rendering says of progressive delivery. */
export interface JudgedRollouts {
  /** Of Rollouts and of templates of analyses; 0: there is nothing to judge. */
  readonly objects: number;
  readonly faults: readonly RolloutFault[];
  /** Templates that Rollouts use and that nobody looked at, since another rendering has them, or the cluster. */
  readonly unseen: readonly string[];
}

/** A name, a namespace or a label that says production. */
const production = /(?:^|[-_/.])(?:prod|prd|production|live)(?:$|[-_/.])/i;

/**
 * Judges the Rollouts and analyses of a rendering: what would let a version pass without evidence, or leave no way back.
 *
 * @param name the rendering's, which can say that it is for production.
 */
export function judgeRollouts(manifests: readonly Manifest[], name: string): JudgedRollouts {
  const objects = rolloutObjects(manifests);
  const unreadable = objects.unreadable.filter(({ id }) => id.startsWith("argoproj.io/"));
  return {
    objects: objects.rollouts.length + objects.templates.length + unreadable.length,
    faults: [
      ...unreadable.map(({ id, at, why }) => ({
        rule: "unreadable",
        object: id.slice(id.indexOf(" ") + 1),
        what: `\`${at}\` cannot be read: ${why}`,
        remedy: "Correct the field.",
      })),
      ...objects.rollouts.flatMap((rollout) => [...rolloutFaults(rollout, objects, name)]),
      ...objects.templates.flatMap((template) => [...analysisFaults(template)]),
    ],
    unseen: [...new Set(objects.rollouts.flatMap((rollout) => unseenTemplates(rollout, objects)))],
  };
}

function* rolloutFaults(rollout: Rollout, objects: RolloutObjects, name: string): Generator<RolloutFault> {
  const { metadata } = rollout;
  const object = `Rollout ${metadata.name}`;
  const says = [name, metadata.namespace ?? "", ...Object.values(metadata.labels ?? {})];
  const isProduction = says.some((each) => production.test(each));
  for (const fault of strategyFaults(rollout, objects, isProduction)) yield { object, ...fault };
  for (const fault of trafficFaults(rollout, objects)) yield { object, ...fault };
  for (const fault of wayBackFaults(rollout, objects)) yield { object, ...fault };
}

/** A text with manifests, and the source file that a finding in it names. */
export interface ManifestText {
  readonly path: string;
  readonly text: string;
}

/** Judges texts that are deployed together. @throws REPORT_MALFORMED */
export function judgeTexts(
  texts: readonly ManifestText[],
  name: string,
): JudgedRollouts & { readonly findings: readonly Finding[] } {
  const parsed = texts.map(({ path, text }) => ({ path, manifests: parseManifests(text) }));
  const judged = judgeRollouts(
    parsed.flatMap(({ manifests }) => manifests),
    name,
  );
  const paths = new Map(
    parsed.flatMap(({ path, manifests }) =>
      manifests.map(({ content }) => [objectOf(content), path] as const),
    ),
  );
  const [{ path: first = "" } = {}] = texts;
  const findings = judged.faults.map((fault): Finding => {
    const path = [...paths].find(([object]) => fault.object.startsWith(object))?.[1] ?? first;
    return { ...findingOf(fault), path };
  });
  return { ...judged, findings };
}

function objectOf({ kind, metadata }: Manifest["content"]): string {
  return `${kind} ${isRecord(metadata) ? metadata.name : ""}`;
}

function findingOf({ rule, object, what, remedy }: RolloutFault): Finding {
  return {
    tool: "rollouts",
    kind: "manifest",
    rule,
    severity: "HIGH",
    message: printable(`${object}: ${what}`).slice(0, 500),
    fix: remedy,
  };
}
