import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { printable } from "#pipelines/text/printable.ts";
import { parseTagFlavor, type TagFlavor } from "./flavor.ts";
import { isTagName, sanitizeTag } from "./name.ts";
import { parseTagRules, ruleFault, type TagRule } from "./rule.ts";
import { branchOf, factExpressions, fillTemplate, tagsAt } from "./template.ts";
import { type TagValue, valuesOf } from "./values.ts";
import { isPrerelease } from "./version.ts";

/** A tag that an image gets. */
export interface ImageTag {
  readonly name: string;
  /** Whether it may be moved to another digest later: a branch's, latest, 1.2 beside 1.2.3. */
  readonly movable: boolean;
  /** Whether it names the commit, and so any image that was made of it: type=sha. */
  readonly ofCommit: boolean;
  /** The rule that it comes from. */
  readonly rule: string;
}

/** The tags of an image. */
export interface ImageTags {
  /** By priority, without a name twice; at least one. */
  readonly tags: readonly ImageTag[];
  /** The image's version: the name of the first one that does not move, or of the first. */
  readonly version: string;
  /** What rules yielded nothing, and why. */
  readonly notes: readonly string[];
}

interface Yield {
  readonly rule: TagRule;
  readonly values: readonly TagValue[];
  readonly why: string;
}

const latestRule = "flavor latest";

/**
 * Says which tags an image gets, by rules in the words of docker/metadata-action, which it follows but for this: a name
 * that no registry takes is an error, where that one would make another name of it (`sanitize=true` asks for that); an
 * attribute or an expression that there is none of is an error; latest is for the default branch and a release alone;
 * an empty value yields no tag whatever its prefix; several git tags at the commit count all; `{{date}}` is refused.
 *
 * @param rules a rule each; docker/metadata-action's own defaults when there are none.
 * @param flavor its flavor, an entry each.
 * @throws TAG_RULE_INVALID, TAG_INVALID, NO_TAGS, FACT_MISSING, FACT_AMBIGUOUS
 */
export function tagsOf(
  facts: CommitFacts,
  rules: readonly string[],
  flavor: readonly string[] = [],
): ImageTags {
  const common = parseTagFlavor(flavor);
  const yields = parseTagRules(rules)
    .filter((rule) => isEnabled(rule, facts))
    .map((rule) => ({ rule, ...valuesOf(rule, facts) }));
  const made = yields.flatMap(({ rule, values }) => values.map((value) => tagOf(rule, value, common, facts)));
  const offered = [...made, ...latestBeside(yields, common, facts)];
  const isLatestHere = mayBeLatest(facts);
  const tags = unique(offered.filter(({ name }) => name !== "latest" || isLatestHere));
  const notes = [
    ...yields
      .filter(({ values }) => values.length === 0)
      .map(({ rule, why }) => `'${rule.text}' yields no tag: ${why}`),
    ...offered
      .filter(({ name }) => name === "latest" && !isLatestHere)
      .map(
        ({ rule }) =>
          `'${rule}' yields no tag: latest is only for the default branch${unknownDefault(facts)} and for releases`,
      ),
  ].map(printable);
  const [first] = tags;
  if (first !== undefined) {
    const { name: version } = tags.find(({ movable }) => !movable) ?? first;
    return { tags, version, notes };
  }
  throw new SlipwayError(
    "NO_TAGS",
    `no rule yields a tag for the commit ${printable(facts.commit)}${notes.map((note) => `; ${note}`).join("")}`,
    "Add the rule type=sha, which always yields a tag.",
  );
}

function isEnabled(rule: TagRule, facts: CommitFacts): boolean {
  const { text, attributes } = rule;
  const enable = fillTemplate(text, attributes.enable ?? "true", factExpressions(text, facts));
  if (enable === "true") return true;
  if (enable === "false") return false;
  throw ruleFault(
    text,
    `enable is '${printable(enable)}'`,
    "Set enable to true, false or {{is_default_branch}}.",
  );
}

/** Puts prefix and suffix to a value, and holds it to the grammar. */
function tagOf(rule: TagRule, value: TagValue, flavor: TagFlavor, facts: CommitFacts): ImageTag {
  const { text, attributes } = rule;
  const prefix = attributes.prefix ?? flavor.prefix;
  const suffix = attributes.suffix ?? flavor.suffix;
  const around = [prefix, suffix].map((part) => fillTemplate(text, part, factExpressions(text, facts)));
  const whole = `${around[0]}${value.text}${around[1]}`;
  const name = attributes.sanitize === "true" ? sanitizeTag(whole) : whole;
  if (!isTagName(name)) throw notATag(text, name, attributes.sanitize === "true");
  const isFixed = [prefix, suffix].some((part) => /\{\{\{?\s*(?:sha|tag)\b/.test(part));
  const movable =
    attributes.movable === undefined ? value.movable && !isFixed : attributes.movable === "true";
  return { name, movable, ofCommit: rule.kind === "sha", rule: text };
}

function notATag(rule: string, name: string, wasSanitized: boolean): SlipwayError {
  const shown = name.length > 150 ? `${name.slice(0, 150)}… (${name.length} characters)` : name;
  const form =
    "A tag has 1 to 128 letters, digits, '_', '.' and '-', and starts with a letter, a digit or '_'";
  return new SlipwayError(
    "TAG_INVALID",
    `the tag rule '${printable(rule)}' yields '${printable(shown)}', which no registry takes as a tag`,
    wasSanitized
      ? `${form}. Use type=sha instead.`
      : `${form}. Use type=sha, or add sanitize=true to replace other characters by '-'. Two names may then become the same tag.`,
  );
}

/** Latest, if the flavor or the first rule that yields a tag asks for it. */
function latestBeside(yields: readonly Yield[], flavor: TagFlavor, facts: CommitFacts): ImageTag[] {
  const first = yields.find(({ values }) => values.length > 0);
  if (first === undefined || flavor.latest === "false") return [];
  if (flavor.latest === "auto" && !first.values.some(({ latest }) => latest)) return [];
  if (!mayBeLatest(facts))
    return flavor.latest === "auto"
      ? []
      : [{ name: "latest", movable: true, ofCommit: false, rule: latestRule }];
  const [prefix, suffix] = [
    flavor.prefixOnLatest ? flavor.prefix : "",
    flavor.suffixOnLatest ? flavor.suffix : "",
  ].map((part) => fillTemplate(latestRule, part, factExpressions(latestRule, facts)));
  const name = `${prefix}latest${suffix}`;
  if (!isTagName(name)) throw notATag(latestRule, name, false);
  return [{ name, movable: true, ofCommit: false, rule: latestRule }];
}

/** The default branch, or a git tag that is no pre-release; never a pull request. */
function mayBeLatest(facts: CommitFacts): boolean {
  const branch = branchOf(facts);
  const isDefault = branch !== undefined && branch === facts.defaultBranch;
  return isDefault || tagsAt(facts).some((tag) => !isPrerelease(tag));
}

function unknownDefault({ defaultBranch }: CommitFacts): string {
  return defaultBranch === undefined ? " (which the clone does not name)" : "";
}

/** Every name once, where it first comes; movable only if each rule that yields it says so. */
function unique(tags: readonly ImageTag[]): ImageTag[] {
  const names = [...new Set(tags.map(({ name }) => name))];
  return names.flatMap((name) => {
    const same = tags.filter((tag) => tag.name === name);
    const movable = same.every((tag) => tag.movable);
    const ofCommit = same.every((tag) => tag.ofCommit);
    return same.slice(0, 1).map((tag) => ({ ...tag, movable, ofCommit }));
  });
}
