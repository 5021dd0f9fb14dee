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
