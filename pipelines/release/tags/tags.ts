import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { printable } from "#pipelines/text/printable.ts";
import { parseTagFlavor, type TagFlavor } from "./flavor.ts";
import { isTagName, sanitizeTag } from "./name.ts";
import { parseTagRules, ruleFault, type TagRule } from "./rule.ts";
import { branchOf, factExpressions, fillTemplate, tagsAt } from "./template.ts";
import { type TagValue, valuesOf } from "./values.ts";
import { isPrerelease } from "./version.ts";

/** A tag of an image. */
export interface ImageTag {
  readonly name: string;
  /** Whether it may later move to another digest: a branch's tag, latest, 1.2 beside 1.2.3. */
  readonly movable: boolean;
  /** Whether it names the commit, and so any image of that commit: type=sha. */
  readonly ofCommit: boolean;
  /** The rule that yields it. */
  readonly rule: string;
}

/** The tags of an image. */
export interface ImageTags {
  /** In order of priority, each name once; at least one. */
  readonly tags: readonly ImageTag[];
  /** The image's version: the first tag that does not move, or else the first tag. */
  readonly version: string;
  /** The rules that yielded no tag, and why. */
  readonly notes: readonly string[];
}

interface Yield {
  readonly rule: TagRule;
  readonly values: readonly TagValue[];
  readonly why: string;
}

const latestRule = "flavor latest";

/**
 * Returns the tags of an image, from rules in the words of docker/metadata-action. It differs from that action as
 * follows:
 *
 * - A name that no registry accepts is an error; the action changes it (here only with `sanitize=true`).
 * - An unknown attribute or expression is an error.
 * - latest is only for the default branch and for releases.
 * - An empty value yields no tag, whatever its prefix.
 * - If the commit has several git tags, all of them count.
 * - `{{date}}` is rejected.
 *
 * @param rules one rule each; default: the default rules of docker/metadata-action.
 * @param flavor the flavor, one entry each; default: empty.
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

/** Adds prefix and suffix to a value, and checks the result against the grammar. */
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

/** The tag latest, if the flavor or the first rule that yields a tag asks for it. */
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

/**
 * Whether latest is allowed: for the default branch, or a git tag that is not a pre-release; never for a pull
 * request.
 */
function mayBeLatest(facts: CommitFacts): boolean {
  const branch = branchOf(facts);
  const isDefault = branch !== undefined && branch === facts.defaultBranch;
  return isDefault || tagsAt(facts).some((tag) => !isPrerelease(tag));
}

function unknownDefault({ defaultBranch }: CommitFacts): string {
  return defaultBranch === undefined ? " (which the clone does not name)" : "";
}

/** Every name once, at its first place; movable only if each rule that yields it says so. */
function unique(tags: readonly ImageTag[]): ImageTag[] {
  const names = [...new Set(tags.map(({ name }) => name))];
  return names.flatMap((name) => {
    const same = tags.filter((tag) => tag.name === name);
    const movable = same.every((tag) => tag.movable);
    const ofCommit = same.every((tag) => tag.ofCommit);
    return same.slice(0, 1).map((tag) => ({ ...tag, movable, ofCommit }));
  });
}
