import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { printable } from "#pipelines/text/printable.ts";
import { expressionOf, ruleFault, type TagRule } from "./rule.ts";
import { branchOf, factExpressions, fillTemplate, isDefaultBranch, shortLength, tagsAt } from "./template.ts";
import { pep440Of, type ReleaseVersion, semverOf } from "./version.ts";

/** A value of a rule, before prefix and suffix are added. */
export interface TagValue {
  readonly text: string;
  /** Whether later commits yield the same value. */
  readonly movable: boolean;
  /** Whether it also asks for latest. */
  readonly latest: boolean;
}

/** The values of a rule, or the reason why it has no value. */
export interface TagValues {
  readonly values: readonly TagValue[];
  readonly why: string;
}

/**
 * Returns the values of a rule for the facts.
 *
 * @throws TAG_RULE_INVALID, FACT_MISSING, FACT_AMBIGUOUS
 */
export function valuesOf(rule: TagRule, facts: CommitFacts): TagValues {
  const { why, values } = yieldOf(rule, facts);
  return { why, values: values.filter(({ text }) => text !== "") };
}

function yieldOf(rule: TagRule, facts: CommitFacts): TagValues {
  const { text: name, attributes } = rule;
  const fill = (text: string) => fillTemplate(name, text, factExpressions(name, facts));
  switch (rule.kind) {
    case "schedule": {
      const { pattern = "" } = attributes;
      return some(facts.scheduled ? [moving(fill(pattern))] : [], "no schedule started the release");
    }
    case "semver":
      return versions(rule, facts, semverOf, "not a semantic version");
    case "pep440":
      return versions(rule, facts, pep440Of, "not a version by PEP 440");
    case "match":
      return matches(rule, facts);
    case "edge": {
      const { branch = "" } = attributes;
      const isEdge = branch === "" ? isDefaultBranch(facts, name) : branchOf(facts) === branch;
      const which = branch === "" ? "the default branch" : `the branch '${branch}'`;
      return some(isEdge ? [moving("edge")] : [], `it is not ${which}`);
    }
    case "ref":
      return ref(attributes.event ?? "", facts);
    case "raw": {
      const { value = "" } = attributes;
      const text = fill(value);
      const isFixed = /\{\{\{?\s*(?:sha|tag|commit_date)\b/.test(value) || isVersion(text);
      return some([{ text, movable: !isFixed, latest: false }], "its value is empty");
    }
    case "sha": {
      const { commit } = facts;
      const text = attributes.format === "long" ? commit : commit.slice(0, shortLength);
      return some([{ text, movable: false, latest: false }], "there is no commit");
    }
  }
}

function ref(event: string, facts: CommitFacts): TagValues {
  const branch = branchOf(facts);
  if (event === "branch") return some(branch === undefined ? [] : [moving(branch)], "there is no branch");
  const { pullRequest } = facts;
  if (event === "pr") {
    return some(pullRequest === undefined ? [] : [moving(String(pullRequest))], "there is no pull request");
  }
  const tags = tagsAt(facts).map((text) => ({ text, movable: false, latest: true }));
  return some(tags, "the commit has no git tag");
}

/** Applies a pattern to the versions among the git tags, or to the rule's own value. */
function versions(
  rule: TagRule,
  facts: CommitFacts,
  read: (text: string) => ReleaseVersion | undefined,
  none: string,
): TagValues {
  const { pattern = "", match = "" } = rule.attributes;
  const matched = candidates(rule, facts).flatMap((text) =>
    match === "" ? [text] : matching(rule, text, match, 1),
  );
  const found = matched.flatMap((text) => read(text.replaceAll("/", "-")) ?? []);
  const values = found.map((version) => {
    const isRaw = /^\s*\{\{\{?\s*raw\s*\}?\}\}\s*$/.test(pattern);
    const whole = isRaw ? version.raw : version.version;
    if (!version.isFinal) return { text: whole, movable: false, latest: false };
    const { raw, version: cleaned, major, minor, patch } = version;
    const parts = { raw, version: cleaned, major, minor, patch };
    const known = Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, () => value]));
    const text = fillTemplate(rule.text, pattern, known);
    const namesAll =
      /\{\{\{?\s*(?:raw|version)\b/.test(pattern) ||
      ["major", "minor", "patch"].every((part) => new RegExp(`\\{\\{\\{?\\s*${part}\\b`).test(pattern));
    return { text, movable: !namesAll, latest: true };
  });
  return some(values, whyNone(candidates(rule, facts), none));
}

/** The matches of an expression in the git tags, or in the rule's own value. */
function matches(rule: TagRule, facts: CommitFacts): TagValues {
  const { pattern = "", group = "0" } = rule.attributes;
  const found = candidates(rule, facts).flatMap((text) => matching(rule, text, pattern, Number(group)));
  return some(
    found.map((text) => ({ text, movable: false, latest: true })),
    whyNone(candidates(rule, facts), "not matched by the pattern"),
  );
}

function matching(rule: TagRule, text: string, pattern: string, group: number): string[] {
  const found = text.match(expressionOf(rule.text, pattern));
  if (found === null) return [];
  if (group < found.length) return found[group] === undefined ? [] : [found[group]];
  throw ruleFault(
    rule.text,
    `the pattern has no group ${group}`,
    "Put the part to use into parentheses, as in pattern=v(.*).",
  );
}

/** The rule's own value, or the git tags. */
function candidates(rule: TagRule, facts: CommitFacts): readonly string[] {
  const { value = "" } = rule.attributes;
  return value === "" ? tagsAt(facts) : [fillTemplate(rule.text, value, factExpressions(rule.text, facts))];
}

function whyNone(texts: readonly string[], none: string): string {
  return texts.length === 0
    ? "the commit has no git tag"
    : `${texts.map((text) => `'${printable(text)}'`).join(", ")} is ${none}`;
}

function some(values: readonly TagValue[], why: string): TagValues {
  return { values, why };
}

function moving(text: string): TagValue {
  return { text, movable: true, latest: false };
}

function isVersion(text: string): boolean {
  return semverOf(text) !== undefined || pep440Of(text) !== undefined;
}
