import { describe, expect, test } from "vitest";
import { readGitDiff, readNameStatus, readTree } from "#pipelines/readers/git-diff.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";

const read = (...rows: readonly string[]) =>
  readGitDiff(rows.map((row) => `${row}\n`).join(""), "changes.patch");
const header = (path: string) => [
  `diff --git ${path} ${path}`,
  "index 1..2 100644",
  "--- a/x",
  `+++ ${path}`,
];

test("an empty diff is no change", () => {
  expect(readGitDiff("", "changes.patch")).toEqual([]);
});

test("lines are those of the newer side", () => {
  const diff = [
    ...header("b/a.py"),
    "@@ -1,2 +1 @@ def a():",
    "-x",
    "-y",
    "+z",
    "@@ -9,0 +9,2 @@",
    "+p",
    "+q",
  ];
  expect(read(...diff)).toEqual([{ path: "a.py", lines: [1, 9, 10] }]);
});

test("lines of context count and are not new", () => {
  expect(read(...header("b/a.py"), "@@ -4,2 +4,3 @@", " a", "+b", " c")).toEqual([
    { path: "a.py", lines: [5] },
  ]);
});

test("added lines that look like headers are lines", () => {
  const diff = [
    ...header("b/a.py"),
    "@@ -0,0 +1,3 @@",
    "+++ b/evil.py",
    "+@@ -1 +1 @@",
    "+diff --git a/x b/x",
  ];
  expect(read(...diff)).toEqual([{ path: "a.py", lines: [1, 2, 3] }]);
});

test("a file without a line end at its end", () => {
  const diff = [
    ...header("b/a.py"),
    "@@ -1 +1 @@",
    "-a",
    "\\ No newline at end of file",
    "+b",
    "\\ No newline at end of file",
  ];
  expect(read(...diff)).toEqual([{ path: "a.py", lines: [1] }]);
});

test("a carriage return or another line separator within a line does not end it", () => {
  expect(read(...header("b/a.py"), "@@ -0,0 +1 @@", "+a\rb\u2028c\u0085d\fe")).toEqual([
    { path: "a.py", lines: [1] },
  ]);
});

describe("files that have no new line are left out:", () => {
  test.each([
    [
      "deleted",
      [
        "diff --git a/a.py b/a.py",
        "deleted file mode 100644",
        "index 1..0",
        "--- a/a.py",
        "+++ /dev/null",
        "@@ -1 +0,0 @@",
        "-a",
      ],
    ],
    ["binary", ["diff --git a/a b/a", "index 1..2 100644", "Binary files a/a and b/a differ"]],
    ["renamed", ["diff --git a/a b/b", "similarity index 100%", "rename from a", "rename to b"]],
    ["copied", ["diff --git a/a b/b", "similarity index 100%", "copy from a", "copy to b"]],
    ["of another mode", ["diff --git a/a b/a", "old mode 100644", "new mode 100755"]],
    ["empty and new", ["diff --git a/a b/a", "new file mode 100644", "index 0..1"]],
  ])("%s", (_, rows) => {
    expect(read(...rows)).toEqual([]);
  });
});

describe("a path is what it is on the disk:", () => {
  test.each([
    ["b/two words.py\t", "two words.py"],
    ['"b/we\\"ird.py"', 'we"ird.py'],
    ['"b/line\\nend.py"', "line\nend.py"],
    ['"b/\\303\\274bel.py"', "übel.py"],
    ['"b/back\\\\slash.py"', "back\\slash.py"],
    ['"b/\\001\\a\\b\\t\\v\\f\\r.py"', "\u0001\u0007\b\t\v\f\r.py"],
    ['"b/\\377.py"', "\ufffd.py"],
    ["b/b/a.py", "b/a.py"],
    ["b/...py", "...py"],
  ])("%s", (written, path) => {
    expect(read(...header(written), "@@ -0,0 +1 @@", "+a")).toEqual([{ path, lines: [1] }]);
  });
});

describe("REPORT_MALFORMED:", () => {
  test.each<[string, readonly string[]]>([
    ["no diff at all", ["fatal: bad object HEAD"]],
    ["a hunk that breaks off", [...header("b/a.py"), "@@ -0,0 +1,2 @@", "+a"]],
    ["more lines than the hunk has", [...header("b/a.py"), "@@ -0,0 +1 @@", "+a", "+b"]],
    ["more lines gone than the hunk has", [...header("b/a.py"), "@@ -1 +1,2 @@", "-a", "-b", "+c"]],
    ["an empty line within a hunk", [...header("b/a.py"), "@@ -0,0 +1 @@", ""]],
    ["a path without its prefix", header("a.py")],
    ["a path out of the repository", header("b/../../etc/passwd")],
    ["an absolute path", header("b//etc/passwd")],
    ["a path that is none", header("b/")],
    ["a quoted path that does not end", header('"b/a.py')],
    ["an escape that there is not", header('"b/\\x41.py"')],
    ["an octal number over a byte", header('"b/\\777.py"')],
    ["a diff of merges", ["diff --cc a.py"]],
  ])("%s", (_, rows) => {
    expect(codeOfThrow(() => read(...rows))).toBe("REPORT_MALFORMED");
  });
});

describe("the list of changed files", () => {
  test("holds every kind of change, and paths as they are on the disk", () => {
    const text = 'M\ta.py\nD\tgone file\nT\tlink\nA\t"\\303\\274\\n\\"b\\".py"\n';
    expect(readNameStatus(text, "changes.txt")).toEqual([
      { letter: "M", path: "a.py" },
      { letter: "D", path: "gone file" },
      { letter: "T", path: "link" },
      { letter: "A", path: 'ü\n"b".py' },
    ]);
  });

  test("is empty where nothing differs", () => {
    expect(readNameStatus("", "changes.txt")).toEqual([]);
  });

  test.each([
    "M\ta.py",
    "\n",
    "X\ta.py\n",
    "R100\ta.py\tb.py\n",
    "M a.py\n",
    "M\t\n",
    "M\t../a.py\n",
    "M\t/a.py\n",
    "M\ta//b\n",
    'M\t"a\n',
    "AD\ta.py\n",
  ])("%j is refused", (text) => {
    expect(codeOfThrow(() => readNameStatus(text, "changes.txt"))).toBe("REPORT_MALFORMED");
  });
});

describe("the list of a commit's files", () => {
  const id = "0123456789abcdef0123456789abcdef01234567";

  test("tells its files and submodules", () => {
    const text = `100644 blob ${id}\ta.py\n160000 commit ${id}\tvendor/lib\n160000 commit ${id}\t"\\303\\274"\n`;
    expect(readTree(text, "files.txt")).toEqual([
      { kind: "blob", path: "a.py", id },
      { kind: "commit", path: "vendor/lib", id },
      { kind: "commit", path: "ü", id },
    ]);
  });

  test.each([
    `160000 commit ${id}\ta`,
    `160000 commit ${id} a\n`,
    "160000 commit x\ta\n",
    `160000 commit ${id}\t../a\n`,
    `040000 tree ${id}\ta\n`,
  ])("%j is refused", (text) => {
    expect(codeOfThrow(() => readTree(text, "files.txt"))).toBe("REPORT_MALFORMED");
  });
});
