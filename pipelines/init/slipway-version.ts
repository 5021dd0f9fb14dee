import { dag } from "@dagger.io/dagger";

/** Where this Slipway is had from: what the files for CI systems, and the comments, name. Set at each release. */
export const slipwayVersion = { repository: "OWNER/slipway", version: "v0.1.0" } as const;

/** Where that version's JSON Schema is, for editors. */
export function schemaAddress(name: string): string {
  const { repository, version } = slipwayVersion;
  return `https://raw.githubusercontent.com/${repository}/${version}/schemas/${name}.schema.json`;
}

/** Asks for the commit of that version; nothing where the repository cannot be reached, or has no such version. */
export async function publishedCommit(): Promise<string | undefined> {
  try {
    return await dag
      .git(`https://github.com/${slipwayVersion.repository}`)
      .tag(slipwayVersion.version)
      .commit();
  } catch {
    return undefined;
  }
}
