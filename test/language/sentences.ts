import { prose } from "../markdown.ts";

/** Names in code and lists of them count as one word: nobody reads them as a sentence. */
const codes =
  /(?:CODE|[A-Z][A-Z0-9]*_[A-Z0-9_]*)(?:(?:,? (?:and|or)|,)? (?:CODE|[A-Z][A-Z0-9]*_[A-Z0-9_]*))*/g;

/** Splits a plain text into its sentences. What stands in back-ticks, and a URL, becomes `CODE`. */
export function sentencesOf(text: string): readonly string[] {
  const plain = text
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/`[^`\n]+`|\bhttps?:\/\/\S+|\S+:\/\/\S+/g, "CODE")
    .replaceAll(/\*\*|__/g, "")
    .replaceAll(/\b(e\.g|i\.e|etc|vs)\./g, "$1")
    .replaceAll(/\s+/g, " ")
    .replaceAll(codes, "CODE");
  return plain
    .split(/(?<=[.!?])["')]?\s+(?=["'(]?[A-Z`§])/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => /[a-z]/i.test(sentence));
}

export function wordsIn(sentence: string): number {
  return sentence.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** The sentences of a page in Markdown: paragraphs, list items and table cells, without headings and fenced blocks. */
export function sentencesOfPage(text: string): readonly string[] {
  const blocks = prose(text)
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .split("\n")
    .filter((line) => !/^#|^\|[\s:|-]+\|$/.test(line))
    .map((line) => (/^\s*\|/.test(line) ? `\n\n${line.split(/(?<!\\)\|/).join("\n\n")}\n\n` : line))
    .map((line) => line.replace(/^\s*(?:[-*]|\d+\.)\s+/, "\n\n").replace(/^>\s?/, ""))
    .join("\n")
    .split(/\n\s*\n/);
  return blocks.flatMap(sentencesOf);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
