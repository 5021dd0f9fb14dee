import { readFile } from "node:fs/promises";

/** A fenced block of a page. */
export interface Block {
  /** What stands after the back-ticks: sh, yaml; empty where nothing does. */
  readonly language: string;
  readonly text: string;
}

/** Lists the fenced blocks of a page, in order. */
export async function blocksOf(file: string): Promise<readonly Block[]> {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = "", block = ""]) => ({
    language,
    text: block,
  }));
}

/** The texts of a page's blocks in one language, in order. */
export async function blocksIn(file: string, language: string): Promise<readonly string[]> {
  return (await blocksOf(file)).filter((block) => block.language === language).map(({ text }) => text);
}

/** A page without its fenced blocks. */
export function prose(text: string): string {
  return text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, "");
}

/** The calls of Dagger in a block, a line each, continued lines joined. */
export function callsIn(block: string): readonly string[] {
  return block
    .replaceAll(/ *\\\n */g, " ")
    .split("\n")
    .flatMap((line) => /\bdagger call (.*)/.exec(line)?.[0] ?? []);
}
