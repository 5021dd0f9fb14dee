import { readFile } from "node:fs/promises";

/** A commit that no repository has, for where the README leaves it open. */
export const commit = "a".repeat(40);

/** The workflows that ci/github/README.md gives to other repositories, by their names. */
export async function consumers(): Promise<Readonly<Record<string, string>>> {
  const readme = new URL("../../../ci/github/README.md", import.meta.url);
  const text = await readFile(readme, "utf8");
  const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
  return Object.fromEntries(
    blocks.map((block) => [/^name: (\S+)/.exec(block)?.[1] ?? "", block.replaceAll("COMMIT", commit)]),
  );
}
