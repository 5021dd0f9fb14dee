import { dag } from "@dagger.io/dagger";

/**
 * The repository and version of this Slipway, which the files for CI systems and the comments name. Set at each
 * release.
 */
export const slipwayVersion = { repository: "OWNER/slipway", version: "v0.1.0" } as const;

/** The address of that version's JSON Schema, for editors. */
export function schemaAddress(name: string): string {
  const { repository, version } = slipwayVersion;
  return `https://raw.githubusercontent.com/${repository}/${version}/schemas/${name}.schema.json`;
}

/** Looks up the commit of that version; undefined if the repository cannot be reached or has no such version. */
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
