/** The file in which a repository accepts findings of gitleaks. */
export const ignoreFile = ".gitleaksignore";

/** The comment that accepts the secret on its line. */
export const allowMark = "gitleaks:allow";

interface Entry {
  readonly commit?: string;
  readonly file: string;
  readonly rule: string;
  readonly line: string;
}

/** The places that a .gitleaksignore accepts, as FILE:LINE. */
export function acceptedPlaces(text: string): ReadonlySet<string> {
  return new Set(entriesIn(text).map(({ file, line }) => `${file}:${line}`));
}

/**
 * Adds to each entry with a commit the one without. gitleaks prints COMMIT:FILE:RULE:LINE for a history, which people
 * copy, and does not compare it with what it finds in a folder.
 * https://github.com/gitleaks/gitleaks#gitleaksignore
 */
export function withPlainEntries(text: string): string {
  const plain = entriesIn(text)
    .filter(({ commit }) => commit !== undefined)
    .map(({ file, rule, line }) => `${file}:${rule}:${line}`);
  return plain.length === 0 ? text : `${text.trimEnd()}\n${plain.join("\n")}\n`;
}

function entriesIn(text: string): readonly Entry[] {
  return text.split("\n").flatMap((row) => {
    const [, commit, file = "", rule = "", line = ""] =
      /^\s*(?:([0-9a-f]{40,64}):)?([^#\s].*):([^:\s]+):(\d+)\s*$/.exec(row) ?? [];
    return file === "" ? [] : [{ ...(commit !== undefined && { commit }), file, rule, line }];
  });
}
