import { expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readFlake8 } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const place = { root: "/src", folder: "orders" };
const read = (text: string, exitCode = 1) => readFlake8(text, "flake8.txt", exitCode, place);
const row = (...parts: string[]) => parts.join("\t");

test("each line is a finding, with its place in the source", () => {
  const findings = read(recorded("flake8.txt"));
  expect(findings).toHaveLength(14);
  expect(findings[0]).toEqual({
    tool: "flake8",
    kind: "lint",
    rule: "F401",
    severity: "MEDIUM",
    message: "'os' imported but unused",
    path: "orders/pkg/a.py",
    line: 1,
  });
  expect(findings.at(-1)?.path).toBe("orders/we ird/ü b.py");
});

test("a plugin's code, text with tabs and a finding without a line are read", () => {
  const [finding] = read(row("ABC123", "0", "1", "./a.py", "text\twith a tab"));
  expect(finding).toMatchObject({ rule: "ABC123", message: "text\twith a tab", path: "orders/a.py" });
  expect(finding).not.toHaveProperty("line");
});

test("a path out of the source is kept as text only", () => {
  const [finding] = read(row("E1", "1", "1", "/usr/lib/x.py", "m"));
  expect(finding?.message).toBe("m (/usr/lib/x.py)");
  expect(finding).not.toHaveProperty("path");
});

test("nothing is no finding after exit code 0, and a contradiction after any other", () => {
  expect(read("", 0)).toEqual([]);
  expect(codeOfThrow(() => read("", 1))).toBe("REPORT_CONTRADICTORY");
  expect(codeOfThrow(() => read(row("E1", "1", "1", "a.py", "m"), 0))).toBe("REPORT_CONTRADICTORY");
});

test.each([
  ["the default format", "./a.py:1:1: F401 'os' imported but unused"],
  ["a crash", "Traceback (most recent call last):"],
  ["a line that breaks off", row("E1", "1", "1", "a.py")],
  ["a huge line number", row("E1", "9".repeat(400), "1", "a.py", "m")],
  ["a code that is none", row("<script>", "1", "1", "a.py", "m")],
  ["a path that is split by a newline", "E1\t1\t1\ta\nb.py\tm"],
  ["a NUL", `\0${row("E1", "1", "1", "a.py", "m")}`],
])("%s is malformed", (_, text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
});
