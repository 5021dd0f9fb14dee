import dayjs from "dayjs";
import advancedFormat from "dayjs/plugin/advancedFormat.js";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { printable } from "#pipelines/text/printable.ts";
import { ruleFault } from "./rule.ts";

dayjs.extend(utc);
dayjs.extend(timezone);
dayjs.extend(advancedFormat);

/** The values of expressions, by name. An expression may take a format and a time zone. */
export type Expressions = Readonly<Record<string, (format?: string, zone?: string) => string>>;

const braced = /\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}/g;

/** The text in braces: a name, a format and a time zone. */
const expression = /^\s*([a-z_]+)(?:\s+(?:'([^']*)'|"([^"]*)"))?(?:\s+tz=(?:'([^']*)'|"([^"]*)"))?\s*$/;

/**
 * Fills the expressions of a text.
 *
 * @param rule the rule of the text, for messages.
 * @throws TAG_RULE_INVALID for an unknown expression, or a GitHub expression.
 */
export function fillTemplate(rule: string, text: string, expressions: Expressions): string {
  if (text.includes("${{")) {
    const remedy =
      "Use {{is_default_branch}} and similar expressions. GitHub evaluates its own before Slipway sees them.";
    throw ruleFault(rule, `'${printable(text)}' holds a GitHub expression`, remedy);
  }
  if (/\{\{|\}\}/.test(text.replace(braced, ""))) {
    throw ruleFault(
      rule,
      `'${printable(text)}' has braces that do not match`,
      "Write expressions as {{name}}.",
    );
  }
  return text.replace(braced, (_, three?: string, two?: string) => {
    const inner = three ?? two ?? "";
    const [, name = "", single, double, zone, otherZone] = expression.exec(inner) ?? [];
    const value = Object.hasOwn(expressions, name) ? expressions[name] : undefined;
    if (value === undefined) {
      const names = Object.keys(expressions).map((known) => `{{${known}}}`);
      throw ruleFault(
        rule,
        `unknown expression '{{${printable(inner)}}}'`,
        `Use one of ${names.join(", ")}.`,
      );
    }
    return value(single ?? double, zone ?? otherZone);
  });
}

/**
 * The expressions for the facts.
 * https://github.com/docker/metadata-action#global-expressions
 */
export function factExpressions(rule: string, facts: CommitFacts): Expressions {
  const isDefault = () => String(isDefaultBranch(facts, rule));
  return {
    branch: () => branchOf(facts) ?? "",
    tag: () => oneTag(facts, rule),
    sha: () => facts.commit.slice(0, shortLength),
    base_ref: () => (facts.pullRequest === undefined ? "" : (facts.baseBranch ?? "")),
    is_default_branch: isDefault,
    is_not_default_branch: () => (isDefault() === "true" ? "false" : "true"),
    commit_date: (format, zone) => formatted(rule, facts.commitTime, format, zone),
    date: () => {
      const remedy = "Use {{commit_date 'YYYYMMDD'}}, which stays the same when you repeat a release.";
      throw ruleFault(rule, "{{date}} changes with each run", remedy);
    },
  };
}

/** The length of docker/metadata-action's short id of a commit. */
export const shortLength = 7;

/** The branch; undefined for a pull request, which may come from a branch of any name. */
export function branchOf({ branch, pullRequest }: CommitFacts): string | undefined {
  return pullRequest === undefined ? branch : undefined;
}

/** The tags; empty for a pull request. */
export function tagsAt({ tags, pullRequest }: CommitFacts): readonly string[] {
  return pullRequest === undefined ? tags : [];
}

/**
 * Whether the released branch is the default branch.
 *
 * @throws FACT_MISSING when there is a branch and the default branch is unknown.
 */
export function isDefaultBranch(facts: CommitFacts, rule: string): boolean {
  const branch = branchOf(facts);
  if (branch === undefined) return false;
  if (facts.defaultBranch !== undefined) return branch === facts.defaultBranch;
  throw new SlipwayError(
    "FACT_MISSING",
    `the tag rule '${printable(rule)}' needs the default branch, and the clone does not name it`,
    "Add --default-branch=NAME, or run `git remote set-head origin --auto` before the call.",
  );
}

function oneTag(facts: CommitFacts, rule: string): string {
  const [tag = "", ...others] = tagsAt(facts);
  if (others.length === 0) return tag;
  const names = [tag, ...others].map((name) => `'${printable(name)}'`).join(", ");
  throw new SlipwayError(
    "FACT_AMBIGUOUS",
    `the tag rule '${printable(rule)}' needs one git tag, and the commit has ${names}`,
    "Add --tag=NAME with the tag to release.",
  );
}

function formatted(rule: string, time: string, format: string | undefined, zone = "UTC"): string {
  try {
    return dayjs(time).tz(zone).format(format);
  } catch {
    throw ruleFault(rule, `unknown time zone '${printable(zone)}'`, "Use a name such as tz='Europe/Berlin'.");
  }
}
