import { expect, test } from "vitest";
import { commandsIn } from "#pipelines/plan/python/calls/command-line.ts";
import { gitlabTable } from "#pipelines/plan/python/calls/gitlab-files.ts";
import { computingOf } from "../../../computing.ts";

const wordsOf = (script: string, hasPipefail?: boolean) =>
  commandsIn(script, { hasPipefail: hasPipefail === true }).map(({ words }) => words.join("|"));

test.each<[what: string, script: string, words: readonly string[]]>([
  ["quotes", `a 'b c' "d \\"e\\"" f'g'"h" # i`, ['a|b c|d "e"|fgh']],
  [
    "operators in quotes, and behind a backslash",
    `a '&&' ";" \\; b && c || d | e`,
    ["a|&&|;|\\;|b", "c", "d", "e"],
  ],
  ["expressions", `pytest $\{{inputs.a||'b'}} tests`, [`pytest|$\{{inputs.a||'b'}}|tests`]],
  ["a quote without an end", "echo 'it is\npytest", ["echo|it is$", "pytest"]],
  [
    "files that take output",
    "a >b 2>&1 c 2> d e &>>f g >&2 '>' h>i | j >| k\nl > ",
    ["a|c|e|g|>|h>i", "j", "l"],
  ],
  ["quotes over several lines", `psql -c "\n a\n" -d 'b\nc'\nd`, ["psql|-c|\n a\n|-d|b\nc", "d"]],
  [
    "here-documents",
    "cat > f <<EOF\nmkdir a\nEOF\ncat <<-'A' <<B | psql\n b\n\tA\nc\nB\nd <<GONE\npytest\n",
    ["cat|<<mkdir a\n$", "cat|<< b\n$|<<c\n$", "psql", "d|<<pytest\n$"],
  ],
  ["what is no here-document", "a <<< b $((c<<d)) $(e | f) `g; h`", ["a|<$b|$((c<<d))|$(e | f)|`g; h`"]],
  ["files that give input", "a < b <c\nd > >(tee e) f", ["a|<$b|<$c", "d|e)|f"]],
  [
    "variables of the script",
    `T=tests\npytest $T $\{T}/unit $OTHER`,
    ["T=tests", "pytest|tests|tests/unit|$OTHER"],
  ],
])("a script has commands of words: %s", (_, script, words) => {
  expect(wordsOf(script)).toEqual(words);
});

test("what is too long to be read stays as one word that only a shell knows", () => {
  const [first, rest] = commandsIn(`echo ${"a".repeat(20_000)} pytest\n`);
  expect(first?.words[1]).toHaveLength(10_000 - "echo ".length);
  expect(rest?.words).toEqual([expect.stringMatching(/^\$a+ pytest\$$/)]);
  expect(wordsOf(`${"a\n".repeat(50_000)}pytest`).at(-1)).toBe("$pytest$");
});

test.each<[what: string, script: string]>([
  ["quotes without an end", `"${'\\"'.repeat(50_000)}`],
  ["quotes of both kinds", `'"`.repeat(50_000)],
  ["lines with a quote each", `\\"'\n`.repeat(25_000)],
  ["brackets", `(a\n${")".repeat(9000)}x\n`.repeat(10)],
  ["here-documents without an end", "a <<A <<B\n".repeat(9000)],
  ["commands in commands", '$(("'.repeat(25_000)],
  ["folders", "cd a\n".repeat(20_000)],
  ["a variable that grows", `a=${"y".repeat(190)}\n${"$a".repeat(49_000)}`],
])("survives %s", async (_, script) => {
  expect(await computingOf(() => commandsIn(script))).toBeLessThan(2);
  expect(wordsOf(script).join().length).toBeLessThan(250_000);
});

test("survives many tags of GitLab without an end", async () => {
  const text = `a: ${"!reference[".repeat(20_000)}`;
  expect(await computingOf(() => gitlabTable(text))).toBeLessThan(2);
});

test.each<[script: string, told: string]>([
  ["[[ $(uname) == Linux ]] && a", "[[ $(uname) == Linux ]]; a"],
  ["[[ $(uname) == Darwin ]] && a", "[[ $(uname) == Darwin ]]; ?a"],
  [
    'if [ "$RUNNER_OS" == "Linux" ]; then\n a\nelse\n b\nfi\nc',
    "if [ $RUNNER_OS == Linux ]; then; a; ?else; ?b; fi; c",
  ],
  ['if [ "$OSTYPE" == "linux-gnu" ] && x; then y; fi', "if [ $OSTYPE == linux-gnu ]; ?x; ?y; fi"],
  ['if [ "$A" == Linux ]; then a; fi; b', "if [ $A == Linux ]; ?a; fi; b"],
  [
    'if [ "$RUNNER_OS" == Linux ]; then if [ -n "$DB" ]; then a; fi; b; elif c; then d; fi; e',
    "if [ $RUNNER_OS == Linux ]; if [ -n $DB ]; ?a; fi; b; ?elif c; ?d; fi; e",
  ],
])("what a script may leave out, and a test for Linux that holds: %s", (script, told) => {
  const commands = commandsIn(script).map(
    ({ words, isConditional }) => `${isConditional ? "?" : ""}${words.join(" ")}`,
  );
  expect(commands.join("; ")).toBe(told);
});
