import { readdir } from "node:fs/promises";
import { blocksIn } from "../../markdown.ts";

/** A commit that no repository has, for where the README leaves it open. */
export const commit = "a".repeat(40);

/** The workflows that ci/github/README.md gives to other repositories, by their names. */
export async function consumers(): Promise<Readonly<Record<string, string>>> {
  const blocks = await blocksIn("ci/github/README.md", "yaml");
  return Object.fromEntries(
    blocks.map((block) => [/^name: (\S+)/.exec(block)?.[1] ?? "", block.replaceAll("COMMIT", commit)]),
  );
}

/** The workflows that the README and the pages of docs show, by names of their own; not the one that is moved away from. */
export async function shownWorkflows(): Promise<Readonly<Record<string, string>>> {
  const docs = (await readdir("docs")).filter((file) => file.endsWith(".md")).sort();
  const shown = ["README.md", ...docs.map((file) => `docs/${file}`)].map(async (page) => {
    const blocks = await blocksIn(page, "yaml");
    const workflows = blocks.filter((block) => /^jobs:$/m.test(block) && !/^# .*\/before\.yml$/m.test(block));
    const name = page.replaceAll(/\W/g, "-").toLowerCase();
    return workflows.map((text, at) => [`${name}-${at}`, text.replaceAll("COMMIT", commit)] as const);
  });
  return Object.fromEntries((await Promise.all(shown)).flat());
}
