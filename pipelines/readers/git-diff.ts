import { malformed } from "./report.ts";

/** A file on the newer side of a diff, with the numbers of its new or changed lines. */
export interface ChangedFile {
  readonly path: string;
  readonly lines: readonly number[];
}

/** The lines that git writes about a file, besides its hunks. */
const heading =
  /^(?:diff --git |index |old mode |new mode |deleted file mode |new file mode |similarity index |dissimilarity index |rename (?:from|to) |copy (?:from|to) |--- |Binary files .* differ$|\\ )/;

const escapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  t: "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  '"': '"',
  "\\": "\\",
};

/**
 * Reads from git's diff which lines of which files are new or changed. Files without such lines are left out:
 * deleted, binary or only renamed ones. Lines within a hunk are counted and skipped, because they may look like
 * headers.
 *
 * @param text the diff, with the prefix `b/`; empty if nothing differs.
 * @param file its path, for messages.
 * @throws REPORT_MALFORMED with the line that is not valid in a diff of git, or a path outside the repository.
 * @see https://git-scm.com/docs/diff-format
 */
export function readGitDiff(text: string, file: string): readonly ChangedFile[] {
  const found = new Map<string, number[]>();
  let lines: number[] = [];
  let [before, after, at] = [0, 0, 0];
  const rows = text.split("\n");
  if (rows.at(-1) === "") rows.pop();
  for (const [index, row] of rows.entries()) {
    const broken = () => malformed(file, `line ${index + 1}: not valid in a diff of git`);
    if (before > 0 || after > 0) {
      const mark = row.charAt(0);
      if (mark === "+") lines.push(at);
      if (mark === "+" || mark === " ") [after, at] = [after - 1, at + 1];
      if (mark === "-" || mark === " ") before--;
      if (!" +-\\".includes(mark) || mark === "" || before < 0 || after < 0) throw broken();
      continue;
    }
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(row);
    if (hunk !== null) {
      [before, at, after] = [Number(hunk[1] ?? 1), Number(hunk[2]), Number(hunk[3] ?? 1)];
    } else if (row.startsWith("+++ ")) {
      const path = pathOf(row.slice(4));
      if (path === undefined) throw broken();
      lines = found.get(path) ?? [];
      if (path !== "") found.set(path, lines);
    } else if (!heading.test(row)) {
      throw broken();
    }
  }
  if (before > 0 || after > 0) throw malformed(file, `line ${rows.length}: the file is cut off`);
  return [...found].flatMap(([path, numbers]) => (numbers.length === 0 ? [] : [{ path, lines: numbers }]));
}

/** The change of a file, by git's letter: A added, D deleted, M modified, T with another type. */
export interface FileChange {
  readonly letter: "A" | "D" | "M" | "T";
  readonly path: string;
}

/**
 * Reads git's list of changed files, made without rename detection.
 *
 * @param text the list, `M<TAB>PATH` in each line; empty if nothing differs.
 * @param file its path, for messages.
 * @throws REPORT_MALFORMED with the line that does not have this form.
 * @see https://git-scm.com/docs/git-diff#Documentation/git-diff.txt---name-status
 */
export function readNameStatus(text: string, file: string): readonly FileChange[] {
  const rows = text.split("\n");
  if (rows.pop() !== "") throw malformed(file, `line ${rows.length + 1}: the file is cut off`);
  return rows.map((row, index) => {
    const [, letter, written = ""] = /^([ADMT])\t(.+)$/.exec(row) ?? [];
    const path = written.startsWith('"') ? unquoted(written) : written;
    if (!isLetter(letter) || path === undefined || !isInside(path)) {
      throw malformed(file, `line ${index + 1}: not valid in git's list of changed files`);
    }
    return { letter, path };
  });
}

/** A file of a commit, or a submodule, with the id of its content or of the commit that is recorded for it. */
export interface TreeEntry {
  readonly kind: "blob" | "commit";
  readonly path: string;
  readonly id: string;
}

/**
 * Reads git's list of a commit's files.
 *
 * @param text the list from `git ls-tree`.
 * @param file its path, for messages.
 * @throws REPORT_MALFORMED with the line that does not have this form.
 * @see https://git-scm.com/docs/git-ls-tree#_output_format
 */
export function readTree(text: string, file: string): readonly TreeEntry[] {
  const rows = text.split("\n");
  if (rows.pop() !== "") throw malformed(file, `line ${rows.length + 1}: the file is cut off`);
  return rows.map((row, index) => {
    const [, kind, id = "", written = ""] = /^\d{6} (blob|commit) ([0-9a-f]{40,64})\t(.+)$/.exec(row) ?? [];
    const path = written.startsWith('"') ? unquoted(written) : written;
    if ((kind !== "blob" && kind !== "commit") || path === undefined || !isInside(path)) {
      throw malformed(file, `line ${index + 1}: not valid in git's list of files`);
    }
    return { kind, path, id };
  });
}

function isLetter(letter: string | undefined): letter is FileChange["letter"] {
  return letter !== undefined && "ADMT".includes(letter);
}

function isInside(path: string): boolean {
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** The path of a header; empty for a missing side, undefined if it is not a path of a repository. */
function pathOf(written: string): string | undefined {
  if (written === "/dev/null") return "";
  const plain = written.startsWith('"') ? unquoted(written) : written.replace(/\t$/, "");
  const path = plain?.startsWith("b/") ? plain.slice(2) : undefined;
  return path === undefined || !isInside(path) ? undefined : path;
}

/** Undoes git's quoting of a path: bytes as octal numbers, the rest as in C. */
function unquoted(written: string): string | undefined {
  const body = /^"((?:[^"\\]|\\(?:[abtnvfr"\\]|[0-3][0-7]{2}))*)"\t?$/.exec(written)?.[1];
  if (body === undefined) return undefined;
  const bytes = [...body.matchAll(/\\([0-3][0-7]{2})|\\(.)|([^\\]+)/g)].map(([, octal, char = "", plain]) =>
    octal === undefined ? Buffer.from(plain ?? escapes[char] ?? "") : Buffer.of(Number.parseInt(octal, 8)),
  );
  return Buffer.concat(bytes).toString("utf8");
}
