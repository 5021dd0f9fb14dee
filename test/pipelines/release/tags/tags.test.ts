import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import { csvFields } from "#pipelines/release/tags/csv.ts";
import { tagsOf } from "#pipelines/release/tags/tags.ts";
import { codeOfThrow } from "../../errors/code-of-throw.ts";

const commit = "860c1904a1ce19322e91ac35af1ab07466440c37";
const facts: CommitFacts = {
  commit,
  commitTime: "2020-01-10T00:30:00Z",
  branch: "main",
  tags: [],
  defaultBranch: "main",
};
const on = (branch: string): CommitFacts => ({ ...facts, branch });
const { branch: _, ...detached } = facts;
const at = (...tags: string[]): CommitFacts => ({ ...detached, tags });
const pull: CommitFacts = { ...detached, pullRequest: 2, baseBranch: "release/1" };

/** The tags by name, those that may move with a ~ after them. */
const names = (given: CommitFacts, rules: readonly string[], flavor: readonly string[] = []): string[] =>
  tagsOf(given, rules, flavor).tags.map(({ name, movable }) => `${name}${movable ? "~" : ""}`);
const messageOf = (given: CommitFacts, ...rules: string[]): string => {
  try {
    tagsOf(given, rules);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return "";
};

describe("the examples of docker/metadata-action's README", () => {
  test.each([
    ["v1.2.3", "{{raw}}", "", ["v1.2.3"]],
    ["v1.2.3", "{{version}}", "", ["1.2.3"]],
    ["v1.2.3", "{{major}}.{{minor}}", "", ["1.2~"]],
    ["v1.2.3", "v{{major}}", "", ["v1~"]],
    ["v1.2.3", "{{minor}}", "", ["2~"]],
    ["v1.2.3", "{{patch}}", "", ["3~"]],
    ["p1/v1.2.3", "{{version}}", ",match=v(\\d.\\d.\\d)$", ["1.2.3"]],
    ["v1.2.3", "{{major}}-{{minor}}-{{patch}}", "", ["1-2-3"]],
  ])("type=semver: %s by %s%s", (tag, pattern, match, expected) => {
    expect(names(at(tag), [`type=semver,pattern=${pattern}${match}`])).toEqual([...expected, "latest~"]);
  });

  test.each([
    ["{{raw}}", "v2.0.8-beta.67"],
    ["{{version}}", "2.0.8-beta.67"],
    ["{{major}}", "2.0.8-beta.67"],
    ["{{major}}.{{minor}}", "2.0.8-beta.67"],
  ])("type=semver: a pre-release by %s is whole, and not latest", (pattern, expected) => {
    expect(names(at("v2.0.8-beta.67"), [`type=semver,pattern=${pattern}`])).toEqual([expected]);
  });

  test.each([
    ["1.2.3", "{{raw}}", ["1.2.3", "latest~"]],
    ["1.2.3", "{{version}}", ["1.2.3", "latest~"]],
    ["v1.2.3", "{{version}}", ["1.2.3", "latest~"]],
    ["1.2.3", "{{major}}.{{minor}}", ["1.2~", "latest~"]],
    ["1.2.3", "v{{major}}", ["v1~", "latest~"]],
    ["v1.2.3rc2", "{{raw}}", ["v1.2.3rc2"]],
    ["1.2.3rc2", "{{version}}", ["1.2.3rc2"]],
    ["1.2.3rc2", "{{major}}.{{minor}}", ["1.2.3rc2"]],
    ["1.2.3post1", "{{major}}.{{minor}}", ["1.2.3.post1"]],
    ["1.2.3beta2", "{{major}}.{{minor}}", ["1.2.3b2"]],
    ["1.0dev4", "{{major}}.{{minor}}", ["1.0.dev4"]],
  ])("type=pep440: %s by %s", (tag, pattern, expected) => {
    expect(names(at(tag), [`type=pep440,pattern=${pattern}`])).toEqual(expected);
  });

  test("type=pep440: a match", () => {
    const rule = "type=pep440,pattern={{version}},value=p1/v1.2.3,match=v(\\d.\\d.\\d)$";
    expect(names(on("x"), [rule])).toEqual(["1.2.3"]);
  });

  test.each([
    ["v1.2.3", "pattern=\\d.\\d.\\d", "1.2.3"],
    ["v2.0.8-beta.67", "pattern=v(.*),group=1", "2.0.8-beta.67"],
    ["v2.0.8-beta.67", "pattern=v(\\d.\\d),group=1", "2.0"],
    ["20200110-RC2", "pattern=\\d+", "20200110"],
    ["p1/v1.2.3", "pattern=p1/v(\\d.\\d.\\d),group=1", "1.2.3"],
    ["V1.2.3", "pattern=/v(.*)/i,group=1", "1.2.3"],
  ])("type=match: %s by %s", (tag, attributes, expected) => {
    expect(names(at(tag), [`type=match,${attributes}`], ["latest=false"])).toEqual([expected]);
  });

  test.each([
    [pull, "type=ref,event=pr", ["pr-2~"]],
    [on("main"), "type=ref,event=branch", ["main~"]],
    [on("my/branch"), "type=ref,event=branch,sanitize=true", ["my-branch~"]],
    [at("v1.2.3"), "type=ref,event=tag", ["v1.2.3", "latest~"]],
    [at("v2.0.8-beta.67"), "type=ref,event=tag", ["v2.0.8-beta.67"]],
    [on("main"), "type=edge", ["edge~"]],
    [on("next"), "type=edge,branch=next", ["edge~"]],
    [on("x"), "type=sha", ["sha-860c190"]],
    [on("x"), "type=sha,format=long", [`sha-${commit}`]],
    [on("x"), "type=sha,format=long,prefix=", [commit]],
    [on("x"), "type=raw,value=foo", ["foo~"]],
    [on("x"), "type=raw,foo", ["foo~"]],
    [on("x"), "foo", ["foo~"]],
    [on("x"), "type=raw,value=mytag-{{branch}}-{{sha}}", ["mytag-x-860c190"]],
    [on("x"), "type=sha,prefix={{branch}}-", ["x-860c190"]],
    [at("v1"), "type=raw,value={{tag}}-slim", ["v1-slim"]],
    [pull, "type=raw,value={{base_ref}},sanitize=true", ["release-1~"]],
    [facts, "type=raw,value=latest,enable={{is_default_branch}}", ["latest~"]],
    [on("x"), "type=raw,value=next,enable={{is_not_default_branch}}", ["next~"]],
    [{ ...facts, scheduled: true }, "type=schedule", ["nightly~"]],
    [facts, "{{commit_date 'YYYYMMDD'}}", ["20200110"]],
    [facts, "type=raw,value={{commit_date 'YYYYMMDD-HHmmss' tz='Asia/Tokyo'}}", ["20200110-093000"]],
    [facts, "{{commit_date 'dddd-MMMM-Do-YYYY'}}", ["Friday-January-10th-2020"]],
  ])("%# %j by %s", (given, rule, expected) => {
    expect(names(given, [rule])).toEqual(expected);
  });

  test("without rules there are docker/metadata-action's own", () => {
    expect(names(facts, [])).toEqual(["main~"]);
    expect(names(at("v1.2.3"), [])).toEqual(["v1.2.3", "latest~"]);
    expect(names(pull, [])).toEqual(["pr-2~"]);
    expect(names({ ...facts, scheduled: true }, [])).toEqual(["nightly~", "main~"]);
  });

  test("a whole block, comments and all, is a list of rules, and the first by priority that stays is the version", () => {
    const block = `
      # what we always have
      type=sha
      type=semver,pattern={{major}}.{{minor}}
      type=semver,pattern={{version}}
      type=ref,event=branch,priority=50
    `;
    const { tags, version } = tagsOf({ ...facts, tags: ["v1.2.3"] }, [block]);
    expect(tags.map(({ name }) => name)).toEqual(["1.2", "1.2.3", "sha-860c190", "main", "latest"]);
    expect(version).toBe("1.2.3");
    expect(tags.filter(({ ofCommit }) => ofCommit).map(({ name }) => name)).toEqual(["sha-860c190"]);
  });

  test("the version is no tag that moves, where there is another", () => {
    const rules = ["type=ref,event=branch", "type=raw,value=latest", "type=sha"];
    expect(tagsOf(on("main"), rules).version).toBe("sha-860c190");
    expect(tagsOf(on("main"), ["type=ref,event=branch"]).version).toBe("main");
  });

  test("the flavor's prefix and suffix are for rules without their own, and for latest if it says so", () => {
    const rules = ["type=semver,pattern={{version}}", "type=sha"];
    expect(names(at("v1.2.3"), rules, ["prefix=a-", "suffix=-alpine,onlatest=true"])).toEqual([
      "a-1.2.3-alpine",
      "sha-860c190-alpine",
      "latest-alpine~",
    ]);
    expect(names(at("v1.2.3"), ["type=sha,priority=1000", ...rules])).toEqual(["sha-860c190", "1.2.3"]);
  });
});

describe("latest", () => {
  test.each([
    ["a branch of another name", on("feature")],
    ["a pull request from a branch of the default one's name", { ...facts, pullRequest: 7 }],
    ["a pre-release", at("v1.0.0-rc.1")],
    ["a development release", at("1.0.dev1")],
    ["no branch", detached],
    ["a default branch that is unknown", { ...facts, defaultBranch: undefined } as unknown as CommitFacts],
  ])("is not for %s, and that is said", (_name, given) => {
    const { tags, notes } = tagsOf(given, ["type=raw,value=latest", "type=sha"], ["latest=true"]);
    expect(tags.map(({ name }) => name)).toEqual(["sha-860c190"]);
    expect(notes.join()).toMatch(/latest is only for the default branch/);
  });

  test.each([
    ["the default branch", facts],
    ["a release", at("v1.0.0")],
    ["a release by a name of one's own", at("summer")],
  ])("is for %s", (_name, given) => {
    expect(names(given, ["type=raw,value=latest", "type=sha"])).toEqual(["latest~", "sha-860c190"]);
  });

  test("is not there when the flavor says no", () => {
    expect(names(at("v1.0.0"), ["type=ref,event=tag"], ["latest=false"])).toEqual(["v1.0.0"]);
  });

  test("alone, where it may not be, is no tag at all", () => {
    expect(messageOf(on("x"), "latest")).toMatch(/^NO_TAGS: .*latest is only for the default branch/);
  });
});

describe("what may move", () => {
  test.each([
    ["type=raw,value=1.2.3", ["1.2.3"]],
    ["type=raw,value=stable", ["stable~"]],
    ["type=raw,value=stable,movable=false", ["stable"]],
    ["type=raw,value=2020.1,movable=true", ["2020.1~"]],
    ["type=ref,event=branch,suffix=-{{sha}}", ["main-860c190"]],
    ["type=sha,movable=true", ["sha-860c190~"]],
  ])("by %s", (rule, expected) => {
    expect(names(facts, [rule])).toEqual(expected);
  });

  test("a name of two rules moves only if both say so", () => {
    const rules = ["type=semver,pattern={{major}}", "type=ref,event=tag,priority=1"];
    expect(names({ ...at("v1.0.0"), tags: ["v1.0.0", "1"] }, rules, ["latest=false"])).toEqual([
      "1",
      "v1.0.0",
    ]);
  });
});

describe("several git tags at one commit", () => {
  const both = at("orders/v1.2.3", "users/v4.5.6");

  test("count all, or those that match", () => {
    expect(names(both, ["type=semver,pattern={{version}},match=^users/v(.*)$"])).toEqual([
      "4.5.6",
      "latest~",
    ]);
    expect(names(both, ["type=semver,pattern={{version}},match=/v(.*)$"])).toEqual([
      "1.2.3",
      "4.5.6",
      "latest~",
    ]);
  });

  test("are no one git tag", () => {
    expect(messageOf(both, "{{tag}}")).toMatch(/^FACT_AMBIGUOUS: .*'orders\/v1.2.3', 'users\/v4.5.6'.*--tag/);
  });
});

describe("names from outside", () => {
  const hostile = [
    "$(touch /tmp/x)",
    "`id`",
    "feature/x",
    "it's",
    'a"b',
    "two\nlines",
    "a b",
    "b".repeat(200),
    "-x",
    ".x",
    "ümlaut",
    "a:b",
    "a@sha256:0",
    "{{sha}}",
    "a\u202eb",
    "x\0y",
    "&lt;",
  ];

  test.each(hostile)("the branch %j is an error that names the rule, not another branch's tag", (branch) => {
    const message = messageOf(on(branch), "type=sha", "type=ref,event=branch");
    expect(message).toMatch(/^TAG_INVALID: the tag rule 'type=ref,event=branch' yields '/);
    expect(message).toMatch(/type=sha/);
    expect(message).not.toMatch(/[\n\0\u202e]/);
    expect(names(on(branch), ["type=sha"])).toEqual(["sha-860c190"]);
  });

  test.each(hostile)("the git tag %j does no better", (tag) => {
    expect(codeOfThrow(() => tagsOf(at(tag), ["type=ref,event=tag"]))).toBe("TAG_INVALID");
  });

  test("what was sanitized is held to the grammar too", () => {
    const rule = "type=ref,event=branch,sanitize=true";
    expect(names(on("$(touch /tmp/x)"), [`${rule},prefix=b`])).toEqual(["b-touch-tmp-x-~"]);
    expect(messageOf(on("$(id)"), rule)).toMatch(/^TAG_INVALID/);
    expect(messageOf(on("b".repeat(200)), rule)).toMatch(/^TAG_INVALID: .*200 characters/);
  });

  test("whatever the branch and the git tag, each tag is one that a registry takes, or there is an error", () => {
    const rules = [
      "type=ref,event=branch",
      "type=ref,event=tag,sanitize=true",
      "{{branch}}-{{sha}}",
      "type=semver,pattern={{version}}",
      "type=pep440,pattern={{version}}",
    ];
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 150 }),
      fc.stringMatching(/^v?[0-9.a-z+!-]{1,20}$/),
    );
    fc.assert(
      fc.property(text, text, fc.constantFrom(...rules), fc.boolean(), (branch, tag, rule, isPull) => {
        const given = { ...facts, branch, tags: [tag], ...(isPull ? { pullRequest: 1 } : {}) };
        try {
          const { tags } = tagsOf(given, [rule, "type=sha"]);
          for (const { name } of tags) expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/);
          expect(new Set(tags.map(({ name }) => name)).size).toBe(tags.length);
          if (rule === "type=ref,event=branch" && !isPull && branch !== "")
            expect(tags[0]?.name).toBe(branch);
        } catch (error) {
          expect(String(error)).toMatch(/TAG_INVALID: [^\n]*$/);
        }
      }),
    );
  });

  test("the same facts and rules give the same tags", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_][a-z0-9._-]{0,40}$/), (branch) => {
        const rules = ["type=ref,event=branch", "type=sha,prefix={{branch}}-"];
        expect(tagsOf(on(branch), rules)).toEqual(tagsOf(on(branch), rules.toReversed()));
      }),
    );
  });
});

describe("rules that are none", () => {
  test.each([
    ["type=nightly", /unknown type 'nightly'.*semver/],
    ["type=sha,lenght=12", /type=sha has no attribute 'lenght'.*format/],
    ["type=sha,format=medium", /format is 'medium'.*short\|long/],
    ["type=ref", /it has no event/],
    ["type=ref,event=push", /event is 'push'/],
    ["type=semver", /it has no pattern/],
    ["type=semver,pattern={{Major}}", /unknown expression '\{\{Major\}\}'.*\{\{major\}\}/],
    ["type=semver,pattern={{version}},match=v1", /no group 1/],
    ["type=semver,pattern={{version}},match=(", /regular expression/i],
    ["type=match,pattern=v(.*),group=x", /group is 'x', not a number/],
    ["type=match,pattern=v(.*),group=2", /no group 2/],
    ["type=raw", /it has no value/],
    ["type=sha,enable=yes", /enable is 'yes'/],
    ["type=sha,priority=high", /priority is 'high'/],
    ["type=sha,sanitize=yes", /sanitize is 'yes'/],
    ["type=sha,prefix=a,prefix=b", /'prefix' occurs twice/],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a GitHub expression
      "type=raw,value=latest,enable=${{ github.ref == 'refs/heads/main' }}",
      /GitHub expression.*is_default_branch/,
    ],
    ["type=raw,value={{branch", /braces/],
    ["type=raw,value={{constructor}}", /unknown expression/],
    ["type=raw,value={{date 'YYYY'}}", /changes with each run.*commit_date/],
    ["type=raw,value={{commit_date 'YYYY' tz='Mars/Olympus'}}", /unknown time zone 'Mars\/Olympus'/],
    ['type=raw,"value=a', /quote/],
  ])("%s", (rule, why) => {
    const message = messageOf(at("v1.2.3"), "type=sha", rule);
    expect(message).toMatch(/^TAG_RULE_INVALID: the tag rule '/);
    expect(message).toMatch(why);
    expect(message).toContain(rule.slice(0, 10));
  });

  test.each(["latest=maybe", "latest", "onlatest=true", "prefix=a,onlatest=1", "suffx=a", '"a'])(
    "the flavor %s",
    (flavor) => {
      expect(codeOfThrow(() => tagsOf(facts, ["type=sha"], [flavor]))).toBe("TAG_RULE_INVALID");
    },
  );
});

describe("rules that yield nothing", () => {
  test("are noted while another yields something", () => {
    const { notes } = tagsOf(facts, [
      "type=semver,pattern={{version}}",
      "type=pep440,pattern={{version}},value=x",
      "type=ref,event=pr",
      "type=schedule",
      "type=edge,branch=next",
      "type=match,pattern=a,value=b",
      "type=raw,value={{base_ref}}",
      "type=sha",
    ]);
    expect(notes).toEqual([
      "'type=schedule' yields no tag: no schedule started the release",
      "'type=semver,pattern={{version}}' yields no tag: the commit has no git tag",
      "'type=pep440,pattern={{version}},value=x' yields no tag: 'x' is not a version by PEP 440",
      "'type=match,pattern=a,value=b' yields no tag: 'b' is not matched by the pattern",
      "'type=edge,branch=next' yields no tag: it is not the branch 'next'",
      "'type=ref,event=pr' yields no tag: there is no pull request",
      "'type=raw,value={{base_ref}}' yields no tag: its value is empty",
    ]);
  });

  test("are an error together, with why each did", () => {
    expect(messageOf(facts, "type=ref,event=tag", "type=ref,event=pr")).toMatch(
      /^NO_TAGS: .*no git tag.*no pull request.*type=sha/,
    );
    expect(codeOfThrow(() => tagsOf(facts, ["type=sha,enable=false"]))).toBe("NO_TAGS");
  });

  test("a default branch that nobody names is missed only where a rule asks for it", () => {
    const { defaultBranch: _default, ...unknown } = facts;
    const asked = () => tagsOf(unknown, ["type=raw,value=latest,enable={{is_default_branch}}", "type=sha"]);
    expect(codeOfThrow(asked)).toBe("FACT_MISSING");
    expect(codeOfThrow(() => tagsOf(unknown, ["type=edge"]))).toBe("FACT_MISSING");
    expect(names(unknown, ["type=ref,event=branch"])).toEqual(["main~"]);
  });
});

describe("a rule's fields", () => {
  test("are taken apart as csv-parse does, which docker/metadata-action uses", () => {
    const plain = fc.stringMatching(/^[a-z=]([a-z= .{}()\\$-]{0,10})$/);
    const field = fc.oneof(
      plain,
      fc.string({ maxLength: 10 }).map((text) => `"${text.replaceAll(/[\r\n]/g, "").replaceAll('"', '""')}"`),
    );
    fc.assert(
      fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
        const [expected] = parse(fields.join(","), { relaxColumnCount: true });
        expect(csvFields(fields.join(","))).toEqual(expected);
      }),
    );
  });

  test("in quotes may hold commas", () => {
    const rule = 'type=semver,pattern={{version}},"match=^v(\\d{1,3}\\.\\d{1,3}\\.\\d{1,3})$"';
    expect(names(at("v10.20.30"), [rule])).toEqual(["10.20.30", "latest~"]);
  });
});
