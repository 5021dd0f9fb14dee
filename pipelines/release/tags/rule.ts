import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "#pipelines/text/printable.ts";
import { csvFields } from "./csv.ts";

/** The kinds of rules, each with its priority and its attributes besides `common`. */
const kinds = {
  schedule: { priority: 1000, attributes: ["pattern"] },
  semver: { priority: 900, attributes: ["pattern", "value", "match"] },
  pep440: { priority: 900, attributes: ["pattern", "value", "match"] },
  match: { priority: 800, attributes: ["pattern", "value", "group"] },
  edge: { priority: 700, attributes: ["branch"] },
  ref: { priority: 600, attributes: ["event"] },
  raw: { priority: 200, attributes: ["value"] },
  sha: { priority: 100, attributes: ["format"] },
} as const;

export type TagKind = keyof typeof kinds;

const common = ["enable", "priority", "prefix", "suffix", "sanitize", "movable"];

/** A rule by which an image gets its tags, in the words of docker/metadata-action. */
export interface TagRule {
  readonly kind: TagKind;
  /** The rule as it was written, for messages. */
  readonly text: string;
  readonly priority: number;
  /** Every attribute except type and priority, with the defaults of the kind. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** The rules if none are given: those of docker/metadata-action. */
export const defaultRules = [
  "type=schedule",
  "type=ref,event=branch",
  "type=ref,event=tag",
  "type=ref,event=pr",
];

/**
 * Reads rules, highest priority first, and in their order within the same priority.
 *
 * @param texts one rule each, or several on separate lines; blank lines and lines that begin with # are skipped.
 * @throws TAG_RULE_INVALID
 */
export function parseTagRules(texts: readonly string[]): readonly TagRule[] {
  const lines = texts
    .flatMap((text) => text.split(/\r?\n/))
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const rules = (lines.length === 0 ? defaultRules : lines).map(parseTagRule);
  return rules.toSorted((one, other) => other.priority - one.priority);
}

/**
 * Reads one rule: comma-separated NAME=VALUE, in quotes if a value contains a comma; a field without a name is
 * `value`.
 * https://github.com/docker/metadata-action#tags-input
 *
 * @throws TAG_RULE_INVALID
 */
export function parseTagRule(text: string): TagRule {
  const given = attributesOf(text);
  const { type = "raw", priority, ...attributes } = given;
  if (!isKind(type)) {
    throw ruleFault(
      text,
      `unknown type '${printable(type)}'`,
      `Use one of ${Object.keys(kinds).join(", ")}.`,
    );
  }
  const allowed = [...kinds[type].attributes, ...common];
  const unknown = Object.keys(attributes).find((name) => !allowed.includes(name));
  if (unknown !== undefined) {
    const known = allowed.toSorted().join(", ");
    throw ruleFault(text, `type=${type} has no attribute '${printable(unknown)}'`, `Use only ${known}.`);
  }
  return {
    kind: type,
    text,
    priority: priorityOf(text, priority, kinds[type].priority),
    attributes: { ...checked(text, type, attributes), ...attributes },
  };
}

/** The error for a rule, with the rule's text. */
export function ruleFault(rule: string, what: string, remedy: string): SlipwayError {
  return new SlipwayError("TAG_RULE_INVALID", `the tag rule '${printable(rule)}': ${what}`, remedy);
}

function attributesOf(text: string): Record<string, string> {
  const fields = csvFields(text);
  if (fields === undefined) {
    throw ruleFault(
      text,
      "a quoted field does not end with a quote",
      'Write the field as "NAME=VALUE", with "" for a quote in it.',
    );
  }
  const pairs = fields.map((field) => {
    const at = field.indexOf("=", 1);
    return at < 0
      ? (["value", field.trim()] as const)
      : ([field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()] as const);
  });
  const names = pairs.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw ruleFault(text, `'${printable(twice)}' occurs twice`, "Write each attribute once.");
  return Object.fromEntries(pairs);
}

/** Checks the attributes that a kind requires, and returns its defaults. */
function checked(
  text: string,
  kind: TagKind,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const oneOf = (name: string, values: readonly string[], example: string) => {
    const value = given[name];
    if (value !== undefined && values.includes(value)) return;
    const found = value === undefined ? `it has no ${name}` : `${name} is '${printable(value)}'`;
    throw ruleFault(text, found, `Write ${name}=${values.join("|")}, for example ${example}.`);
  };
  const present = (name: string, example: string) => {
    if (given[name] === undefined)
      throw ruleFault(text, `it has no ${name}`, `Add it, for example ${example}.`);
  };
  for (const name of ["sanitize", "movable"]) {
    if (given[name] !== undefined) oneOf(name, ["true", "false"], `type=ref,event=branch,${name}=true`);
  }
  switch (kind) {
    case "schedule":
      return { pattern: "nightly" };
    case "semver":
    case "pep440":
      present("pattern", `type=${kind},pattern={{version}}`);
      if (given.match) expressionOf(text, given.match);
      return {};
    case "match":
      present("pattern", "type=match,pattern=v(.*),group=1");
      expressionOf(text, given.pattern ?? "");
      if (given.group !== undefined && !/^\d{1,2}$/.test(given.group)) {
        throw ruleFault(
          text,
          `group is '${printable(given.group)}', not a number`,
          "Set group to the number of a group in the pattern, for example group=1.",
        );
      }
      return { group: "0" };
    case "ref":
      oneOf("event", ["branch", "tag", "pr"], "type=ref,event=branch");
      return given.event === "pr" ? { prefix: "pr-" } : {};
    case "raw":
      present("value", "type=raw,value=stable");
      return {};
    case "sha":
      if (given.format !== undefined) oneOf("format", ["short", "long"], "type=sha,format=long");
      return { prefix: "sha-", format: "short" };
    case "edge":
      return {};
  }
}

/**
 * Reads a regular expression, plain or as /EXPRESSION/FLAGS.
 *
 * @throws TAG_RULE_INVALID
 */
export function expressionOf(rule: string, pattern: string): RegExp {
  const [, body = pattern, flags = ""] = /^\/(.+)\/(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(body, flags);
  } catch (error) {
    const why = error instanceof Error ? printable(error.message) : "the pattern cannot be read";
    throw ruleFault(rule, why, "Write a regular expression in JavaScript's syntax.");
  }
}

function priorityOf(rule: string, given: string | undefined, usual: number): number {
  if (given === undefined) return usual;
  if (/^-?\d{1,9}$/.test(given)) return Number(given);
  throw ruleFault(
    rule,
    `priority is '${printable(given)}', not a whole number`,
    "Set priority to a whole number. The highest comes first.",
  );
}

function isKind(type: string): type is TagKind {
  return Object.hasOwn(kinds, type);
}
