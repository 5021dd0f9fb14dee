import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { errorsIn, errorTexts } from "./error-texts.ts";
import { faultsOf, faultsOfRemedy } from "./faults.ts";
import { median, sentencesOf, sentencesOfPage, wordsIn } from "./sentences.ts";

/** Reference pages are what `dagger functions` and `--help` print, and the table of error codes. */
const reference = (await readdir("docs/reference")).map((file) => `docs/reference/${file}`).sort();
/** Everything else that people read. */
const foreign = /(^|\/)(node_modules|sdk|reports|\.git|\.venv|recorded)\//;
const pages = (await readdir(".", { recursive: true }))
  .filter((file) => file.endsWith(".md") && !foreign.test(`${file}/`) && !file.startsWith("docs/reference/"))
  .sort();

test.each([
  ["What is found here fails.", "begins with its object"],
  ["The service is touched by it, so mend it.", '"mend"'],
  ["The key is none.", '"is none"'],
  ["Pass it on. Hand it over as a file.", '"Hand it over"'],
  [`${"one ".repeat(26)}end.`, "27 words"],
])("a text that is hard to read is found: %s", (text, fault) => {
  expect(faultsOf(text).join("\n")).toContain(fault);
});

test.each([
  "What is Slipway?",
  "Fails with CONFIG_INVALID, CONFIG_NOT_FOUND or SOURCE_EMPTY.",
  "Use `a b c d e f g h i j k l m n o p q r s t u v w x y z`, e.g. Here.",
])("a plain one is not: %s", (text) => {
  expect(faultsOf(text)).toEqual([]);
});

test.each([["Mend it."], ["look there"], ["Fix it."]])("a remedy that helps nobody is found: %s", (text) => {
  expect(faultsOfRemedy(text).length).toBeGreaterThan(0);
});

test("an error's texts are read out of the source, whichever way they are written", () => {
  const source = `throw new SlipwayError('A', b ? \`no \${x} here\` : 'none' + '!', ok ? 'Do this now.' : rest);`;
  expect(errorsIn("a.ts", source)).toEqual([
    { place: "a.ts:1", messages: ["no § here", "none!"], remedies: ["Do this now."] },
  ]);
});

test("the sentences of a page are those of its paragraphs, items and cells", () => {
  const page =
    "# Not this\n\nOne. Two\nlines.\n\n- three\n- four\n\n| a | b |\n| --- | --- |\n| five. Six. | `x` |\n";
  expect(sentencesOfPage(page)).toEqual([
    "One.",
    "Two lines.",
    "three",
    "four",
    "a",
    "b",
    "five.",
    "Six.",
    "CODE",
  ]);
  expect(sentencesOf("See [the page](x.md). Then go.")).toEqual(["See the page.", "Then go."]);
});

test("every error and remedy is plain, and every remedy can be followed", async () => {
  const texts = await errorTexts();
  expect(texts.length).toBeGreaterThan(200);
  const faults = texts.flatMap(({ place, messages, remedies }) =>
    [...messages.flatMap((text) => faultsOf(text)), ...remedies.flatMap(faultsOfRemedy)].map(
      (fault) => `${place} ${fault}`,
    ),
  );
  expect(faults).toEqual([]);
});

test.each(reference)("%s is plain", async (page) => {
  const sentences = sentencesOfPage(await readFile(page, "utf8"));
  expect(sentences.flatMap((sentence) => faultsOf(sentence))).toEqual([]);
});

test.each(pages)("%s is plain", async (page) => {
  const sentences = sentencesOfPage(await readFile(page, "utf8"));
  expect(sentences.flatMap((sentence) => faultsOf(sentence, 30))).toEqual([]);
});

test.each([...reference, ...pages])("half the sentences of %s have 17 words at most", async (page) => {
  const lengths = sentencesOfPage(await readFile(page, "utf8")).map(wordsIn);
  expect(median(lengths)).toBeLessThanOrEqual(17);
});
