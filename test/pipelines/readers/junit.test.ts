import { describe, expect, test } from "vitest";
import { readJunit } from "#pipelines/readers/junit.ts";
import { readRetries } from "#pipelines/readers/retries.ts";
import { codeOfThrow } from "../errors/code-of-throw.ts";
import { recorded } from "./recorded.ts";

const suite = (inside: string, { tests = 1, failures = 0, errors = 0, skipped = 0 } = {}) =>
  `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="${errors}" failures="${failures}" skipped="${skipped}" tests="${tests}" time="0.1">${inside}</testsuite></testsuites>`;
const read = (text: string) => readJunit(text, "junit.xml");

describe("pytest's own reports", () => {
  test("every outcome is counted, and a failure in call and teardown counts twice", () => {
    const counts = read(recorded("pytest.xml"));
    expect(counts).toMatchObject({ passed: 2, failed: 7, errored: 3, skipped: 2 });
    expect(counts.failures.map(({ name }) => name)).toEqual([
      "tests.test_price::test_param[a<b&c]",
      "tests.test_price::test_param[\\x1b[31mred]",
      "tests.test_price::test_param[\\xfc\\n]",
      "tests.test_price::test_param[]]>]",
      "tests.test_price::test_error",
      "tests.test_price::test_xpass_strict",
      "tests.test_price::test_td",
      "tests.test_price::test_td_and_fail",
      "tests.test_price::test_td_and_fail",
      "tests.test_price.TestC::test_m",
    ]);
    expect(counts.failures[0]?.message).toMatch(/^AssertionError: assert 'a<b&c' == 'zzz'/);
    expect(counts.failures[0]?.message).toMatch(/tests\/test_price\.py:\d+: AssertionError$/);
  });

  test.each([
    ["pytest-subtests.xml", { passed: 1, failed: 2, errored: 2, skipped: 0 }],
    ["pytest-7-subtests.xml", { passed: 1, failed: 2, errored: 2, skipped: 0 }],
    ["pytest-none.xml", { passed: 0, failed: 0, errored: 0, skipped: 0, failures: [] }],
    ["pytest-collection-error.xml", { passed: 0, failed: 0, errored: 1, skipped: 0 }],
  ])("%s, whose `tests` is not the number of test cases, is read", (name, counts) => {
    expect(read(recorded(name))).toMatchObject(counts);
  });

  test("a collection error bears the file's name alone", () => {
    expect(read(recorded("pytest-collection-error.xml")).failures[0]?.name).toBe("test_bad");
  });

  test("what a failed test printed follows its message, the last lines of it, decoded", () => {
    const lines = Array.from({ length: 60 }, (_, at) => `line ${at}`).join("\n");
    const text = suite(
      `<testcase name="a"><failure message="no"/><system-out>${lines} &lt;b&gt;</system-out><system-err><![CDATA[&amp;]]></system-err></testcase>`,
      { failures: 1 },
    );
    const [failure] = read(text).failures;
    expect(failure?.message).toMatch(
      /^no\n\nsystem-out:\nline 20\n[\s\S]*line 59 <b>\n\nsystem-err:\n&amp;$/,
    );
  });

  test.each([
    "<system-out><b>x</b></system-out>",
    "<system-out>&none;</system-out>",
    "<system-err>&#0;</system-err>",
  ])("output that is no text (%s) is refused", (output) => {
    const text = suite(`<testcase name="a"><failure message="no"/>${output}</testcase>`, { failures: 1 });
    expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
  });

  test("a byte order mark and CDATA are read", () => {
    const text = suite(
      "<testcase name='a'><failure>x &lt;<![CDATA[&amp;<!DOCTYPE html>]]></failure></testcase>",
      {
        failures: 1,
      },
    );
    expect(read(`\ufeff${text}`).failures).toEqual([{ name: "a", message: "x <&amp;<!DOCTYPE html>" }]);
  });

  test("of long details the last lines are kept", () => {
    const details = Array.from({ length: 5000 }, (_, line) => `line ${line}`).join("\n");
    const text = suite(`<testcase name="a"><failure message="m">${details}</failure></testcase>`, {
      failures: 1,
    });
    const message = read(text).failures[0]?.message ?? "";
    expect(message.startsWith("m\n")).toBe(true);
    expect(message.endsWith("line 4999")).toBe(true);
    expect(message.split("\n")).toHaveLength(13);
  });
});

describe("tests that were run again", () => {
  const retry = (name: string, message = "") => ({ name, message });
  const retried = (text: string, ...retries: { name: string; message: string }[]) =>
    readJunit(text, "junit.xml", retries);
  const bare = '<testcase classname="t" name="a"/>';
  const failed = '<testcase classname="t" name="a"><failure/></testcase>';

  test("attempts that the report has as passed test cases do not count", () => {
    const counts = retried(suite(bare.repeat(3)), retry("t::a", "first"), retry("t::a", "second"));
    expect(counts).toMatchObject({ passed: 1, failed: 0, failures: [] });
    expect(counts.flaky).toEqual([{ name: "t::a", retries: 2, message: "second" }]);
  });

  test("a report that leaves the attempts out counts the same", () => {
    const counts = retried(suite(bare), retry("t::a"), retry("t::a"));
    expect(counts).toMatchObject({ passed: 1, flaky: [{ name: "t::a", retries: 2 }] });
  });

  test("a test that fails in the end has failed, and is not flaky", () => {
    const counts = retried(suite(bare.repeat(2) + failed, { failures: 1 }), retry("t::a"), retry("t::a"));
    expect(counts).toMatchObject({ passed: 0, failed: 1, flaky: [] });
  });

  test("no retry takes a failure away, nor the last test case of a test", () => {
    const many = Array.from({ length: 9 }, () => retry("t::a"));
    expect(retried(suite(failed.repeat(2), { tests: 2, failures: 2 }), ...many)).toMatchObject({ failed: 2 });
    expect(retried(suite(bare.repeat(2), { tests: 2 }), ...many)).toMatchObject({ passed: 1 });
  });

  test("a retry of a test that the report does not name is shown all the same", () => {
    expect(retried(suite(bare), retry("t::b"))).toMatchObject({ passed: 1, flaky: [{ name: "t::b" }] });
  });

  test("a test that is skipped in the end, after a failure, is shown", () => {
    const text = suite('<testcase classname="t" name="a"><skipped/></testcase>', { skipped: 1 });
    expect(retried(text, retry("t::a"))).toMatchObject({ skipped: 1, flaky: [{ name: "t::a" }] });
  });

  test("test cases that no retry explains are contradictory", () => {
    expect(codeOfThrow(() => retried(suite(bare.repeat(3)), retry("t::a")))).toBe("REPORT_CONTRADICTORY");
  });

  test("pytest-rerunfailures' own report is read, with what was noted beside it", () => {
    const retries = readRetries(recorded("retries.json"), "retries.json");
    const counts = retried(recorded("pytest-retries.xml"), ...retries);
    expect(counts).toMatchObject({ passed: 6, failed: 1, errored: 1, skipped: 0 });
    expect(counts.flaky.map(({ name, retries: times }) => [name, times])).toEqual([
      ["tests.test_f::test_flaky", 2],
      ["tests.test_f::test_setup", 1],
      ["tests.test_f::test_teardown", 1],
      ["tests.test_f.TestC::test_m[x/y.py::z]", 1],
      ["tests.test_f.TestC::test_m[b]", 1],
    ]);
  });
});

describe("hostile reports", () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join(
    "",
  );
  const whole = recorded("pytest.xml");

  test.each([
    ["nothing", ""],
    ["white space", " \n\t"],
    ["a byte order mark alone", "\ufeff"],
  ])("%s is empty", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_EMPTY");
  });

  test.each([
    ["an entity bomb", `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs}]>${suite('<testcase name="&l9;"/>')}`],
    [
      "an external entity",
      `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${suite('<testcase name="&f;"/>')}`,
    ],
    ["a bare document type", `<!doctype testsuites>${suite('<testcase name="a"/>')}`],
    ["an unknown entity", suite('<testcase name="a&nbsp;b"><error/></testcase>', { errors: 1 })],
    ["a reference to no character", suite('<testcase name="a&#0;b"><error/></testcase>', { errors: 1 })],
    ["a reference past Unicode", suite('<testcase name="&#x110000;"><error/></testcase>', { errors: 1 })],
    ["a NUL", suite('<testcase name="a\0b"/>')],
    ["a terminal escape", suite('<testcase name="a\u001b[2J"/>')],
    ["UTF-16 read as UTF-8", [...whole].join("\0")],
    ["a tag that is not closed", whole.replace("</testsuites>", "")],
    ["two roots", `${suite("", { tests: 0 })}<testsuites/>`],
    ["text before the root", `junk${suite("", { tests: 0 })}`],
    ["text after the root", `${suite("", { tests: 0 })}junk`],
    ["text after the root, then a comment", `${suite("", { tests: 0 })}junk<!-- x -->`],
    ["text between test cases", suite('<testcase name="a"/>killed')],
    ["HTML", "<html><body>502 Bad Gateway</body></html>"],
    ["JSON", '{"tests": 1}'],
    ["suites without a suite", "<testsuites/>"],
    ["a suite without figures", "<testsuites><testsuite/></testsuites>"],
    ["an element JUnit does not have", suite("<testcases/>", { tests: 0 })],
    ["a test case without a name", suite("<testcase/>")],
    ["a negative figure", suite("").replace('errors="0"', 'errors="-1"')],
    ["a figure that is no number", suite("").replace('errors="0"', 'errors="NaN"')],
    ["a fraction", suite("").replace('errors="0"', 'errors="0.5"')],
    ["a huge figure", suite("").replace('errors="0"', `errors="${"9".repeat(400)}"`)],
    ["a duration that is no number", suite('<testcase name="a" time="NaN"/>')],
    ["a negative duration", suite('<testcase name="a" time="-1"/>')],
    ["a reserved name", suite("<__proto__/>")],
    ["a deep nest", "<testsuites>".repeat(5000) + "</testsuites>".repeat(5000)],
  ])("%s is malformed", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_MALFORMED");
  });

  test("a report that breaks off is malformed wherever it does", () => {
    for (let end = 1; end < whole.length; end += 97) {
      expect(codeOfThrow(() => read(whole.slice(0, end)))).toBe("REPORT_MALFORMED");
    }
  });

  test.each([
    ["more failures than elements", suite('<testcase name="a"/>', { failures: 1 })],
    ["fewer failures than elements", suite('<testcase name="a"><failure/></testcase>')],
    ["other errors than elements", suite('<testcase name="a"/>', { errors: 2 })],
    ["other skips than elements", suite('<testcase name="a"><skipped/></testcase>')],
    ["fewer tests than test cases", suite('<testcase name="a"/><testcase name="b"/>')],
    ["tests without any test case", suite("", { tests: 3 })],
  ])("%s is contradictory", (_, text) => {
    expect(codeOfThrow(() => read(text))).toBe("REPORT_CONTRADICTORY");
  });

  test("the message names the file and the place", () => {
    expect(() => read(suite("<testcase/>"))).toThrow(/junit\.xml.*testsuite\[0\]\.testcase\[0\]\.@name/);
  });
});

test("a test that failed and then broke down in one test case is errored, and both messages stand", () => {
  const both = suite('<testcase name="a"><failure message="no"/><error message="broke"/></testcase>', {
    failures: 1,
    errors: 1,
  });
  expect(read(both)).toMatchObject({ passed: 0, failed: 0, errored: 1 });
  expect(read(both).failures.map(({ message }) => message)).toEqual(["no", "broke"]);
});
