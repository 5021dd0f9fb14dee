import { XMLParser, XMLValidator } from "fast-xml-parser";
import { z } from "zod";
import type { TestCounts } from "#pipelines/findings/evidence.ts";
import { assertShape, contradictory, malformed, reportText } from "./report.ts";
import type { Retry } from "./retries.ts";
import { assertPlainXml, decodeXml } from "./xml-text.ts";

/**
 * An element with the given children and attributes (`@name`). Further attributes are allowed, further children are
 * not.
 */
const element = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.looseObject(shape).superRefine((node, context) => {
    for (const key of Object.keys(node)) {
      if (/^[@#]/.test(key) || Object.hasOwn(shape, key)) continue;
      context.addIssue({ code: "custom", path: [key], message: "unknown element" });
    }
  });

const whole = z
  .string()
  .regex(/^\d{1,9}$/, "must be a whole number")
  .transform(Number);
const duration = z.string().regex(/^\d+(\.\d+)?(e-?\d+)?$/i, "must be a duration");
const blank = z.string().regex(/^\s*$/, "text is not allowed here").optional();
const section = z.object({ "#text": z.string() });
const cdata = z.union([section.transform((only) => [only]), z.array(section)]).default([]);
const fault = element({ "@message": z.string().optional(), "#text": z.string().optional(), "#cdata": cdata });
const faults = z.array(fault).default([]);
const anything = z.unknown().optional();
const aside = { properties: anything, "system-out": anything, "system-err": anything };
const content = element({ "#text": z.string().optional(), "#cdata": cdata });
const printed = z.array(content).default([]);

const testcase = element({
  "@classname": z.string().default(""),
  "@name": z.string().min(1),
  "@time": duration.optional(),
  "#text": blank,
  failure: faults,
  error: faults,
  skipped: faults,
  ...aside,
  "system-out": printed,
  "system-err": printed,
});

const testsuite = element({
  "@tests": whole,
  "@failures": whole,
  "@errors": whole,
  "@skipped": whole,
  "@time": duration.optional(),
  "#text": blank,
  testcase: z.array(testcase).default([]),
  ...aside,
});

const report = z.strictObject({
  testsuites: element({ "#text": blank, testsuite: z.array(testsuite).min(1) }),
});

type Testsuite = z.infer<typeof testsuite>;
type Testcase = z.infer<typeof testcase>;
type Fault = z.infer<typeof fault>;
type Content = z.infer<typeof content>;

/**
 * Reads a JUnit report of pytest (xunit2).
 *
 * @param text the report.
 * @param file its path, for messages.
 * @param retries the failed attempts of tests that ran again; default: none. pytest-rerunfailures leaves them out
 *   of the report. From 16.6.1 on, it adds a test case for each that looks like a passed one: those do not count.
 * @returns the number of tests by result, and the failures. If a test fails and then its teardown breaks, pytest
 *   writes two test cases. It therefore counts once as failed and once as errored.
 * @throws REPORT_EMPTY; REPORT_MALFORMED for anything but well-formed XML of this format without DOCTYPE;
 *   REPORT_CONTRADICTORY when a suite's own figures do not match its test cases.
 * @see https://docs.pytest.org/en/stable/how-to/output.html#creating-junitxml-format-files
 */
export function readJunit(text: string, file: string, retries: readonly Retry[] = []): TestCounts {
  const { testsuites } = assertShape(parsed(reportText(text, file), file), file, report, "");
  for (const [index, suite] of testsuites.testsuite.entries()) {
    agree(suite, retries.length, `testsuite[${index}]`, file);
  }
  const tests = testsuites.testsuite.flatMap((suite) => suite.testcase);
  const count = { passed: 0, failed: 0, errored: 0, skipped: 0 };
  for (const test of tests) count[outcomeOf(test)] += 1;
  const failures = tests.flatMap((test) => failuresOf(test, file));
  return {
    ...count,
    passed: count.passed - attemptsAmong(tests, retries, file),
    failures,
    flaky: flakyOf(retries, failures),
  };
}

/**
 * The number of test cases that only stand for a repeated attempt. The last test case of a test counts as the test.
 */
function attemptsAmong(tests: readonly Testcase[], retries: readonly Retry[], file: string): number {
  if (retries.length === 0) return 0;
  const cases = grouped(tests, (test) => nameOf(test, file));
  return [...grouped(retries, ({ name }) => name)].reduce((sum, [name, attempts]) => {
    const named = cases.get(name) ?? [];
    const bare = named.filter((test) => outcomeOf(test) === "passed").length;
    return sum + Math.max(0, Math.min(attempts.length, bare, named.length - 1));
  }, 0);
}

/** The tests that failed, ran again, and did not fail in the end. */
function flakyOf(retries: readonly Retry[], failures: TestCounts["failures"]): TestCounts["flaky"] {
  const failed = new Set(failures.map(({ name }) => name));
  return [...grouped(retries, ({ name }) => name)]
    .filter(([name]) => !failed.has(name))
    .map(([name, made]) => ({ name, retries: made.length, message: made.at(-1)?.message ?? "" }));
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** The elements that may occur several times. The output of a whole suite is not parsed. */
const repeated = ["testsuite", "testcase", "failure", "error", "skipped", "system-out", "system-err"];

function parsed(content: string, file: string): unknown {
  assertPlainXml(content, file);
  const valid = XMLValidator.validate(content);
  if (valid !== true) throw malformed(file, `line ${valid.err.line}: ${valid.err.msg.slice(0, 120)}`);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    cdataPropName: "#cdata",
    alwaysCreateTextNode: true,
    parseTagValue: false,
    trimValues: false,
    processEntities: false,
    ignoreDeclaration: true,
    ignorePiTags: true,
    jPath: false,
    isArray: (name) => repeated.includes(name),
  });
  const root = parserResult(parser, content, file);
  return z.strictObject({ testsuite: z.unknown() }).safeParse(root).success ? { testsuites: root } : root;
}

function parserResult(parser: XMLParser, content: string, file: string): unknown {
  try {
    const { "#text": between = "", ...root }: Record<string, unknown> = parser.parse(content);
    if (typeof between === "string" && between.trim() === "") return root;
  } catch {
    throw malformed(file, "the XML parser refuses the file: it is nested too deep or uses a reserved name");
  }
  throw malformed(file, "text stands outside the root element");
}

/**
 * Checks a suite's figures against its test cases. Pytest writes one element for each failure, error and skip that
 * it counts, so these must be equal.
 *
 * `tests` is less exact. It also counts subtests and, depending on the version, a test whose teardown broke twice
 * or not at all. It does not count repeated attempts. So it must be at least the number of test cases without
 * errors and attempts.
 */
function agree(suite: Testsuite, attempts: number, at: string, file: string): void {
  const elements = (kind: "failure" | "error" | "skipped") =>
    suite.testcase.reduce((sum, test) => sum + test[kind].length, 0);
  const faults = [
    suite["@failures"] === elements("failure") ? "" : `failures="${suite["@failures"]}"`,
    suite["@errors"] === elements("error") ? "" : `errors="${suite["@errors"]}"`,
    suite["@skipped"] === elements("skipped") ? "" : `skipped="${suite["@skipped"]}"`,
    suite["@tests"] >= suite.testcase.length - elements("error") - attempts
      ? ""
      : `tests="${suite["@tests"]}"`,
    suite["@tests"] > 0 && suite.testcase.length === 0 ? `tests="${suite["@tests"]}"` : "",
  ].filter((fault) => fault !== "");
  if (faults.length === 0) return;
  throw contradictory(
    file,
    `${at} has ${faults.join(", ")}, which its ${suite.testcase.length} test cases contradict`,
    "Remove the pytest plugin or option that rewrites the report: pytest must write it with --junitxml.",
  );
}

function outcomeOf(test: Testcase): "passed" | "failed" | "errored" | "skipped" {
  if (test.error.length > 0) return "errored";
  if (test.failure.length > 0) return "failed";
  return test.skipped.length > 0 ? "skipped" : "passed";
}

function failuresOf(test: Testcase, file: string): { name: string; message: string }[] {
  const faults = [...test.failure, ...test.error];
  const said = printedBy(test, file);
  return faults.map((fault) => ({ name: nameOf(test, file), message: `${messageOf(fault, file)}${said}` }));
}

/** The last lines that a test printed and logged, each stream under its own heading. */
function printedBy(test: Testcase, file: string): string {
  return (["system-out", "system-err"] as const)
    .map((stream) => ({
      stream,
      text: test[stream]
        .map((each) => contentOf(each, file))
        .join("\n")
        .trim(),
    }))
    .filter(({ text }) => text !== "")
    .map(({ stream, text }) => `\n\n${stream}:\n${lastOf(text, 40, 4000)}`)
    .join("");
}

function contentOf(node: Content, file: string): string {
  return decodeXml(node["#text"] ?? "", file) + node["#cdata"].map((section) => section["#text"]).join("");
}

function lastOf(text: string, lines: number, characters: number): string {
  return text.split("\n").slice(-lines).join("\n").slice(-characters);
}

function nameOf(test: Testcase, file: string): string {
  const parts = [test["@classname"], test["@name"]].filter((part) => part !== "");
  return parts.map((part) => decodeXml(part, file)).join("::");
}

/** The message, then the last lines of the details, which in pytest contain the assertion and the place. */
function messageOf(fault: Fault, file: string): string {
  const message = decodeXml(fault["@message"] ?? "", file).trim();
  const last = lastOf(contentOf(fault, file).trim(), 12, 2000);
  return last === "" || last === message ? message : `${message.slice(0, 1000)}\n${last}`.trim();
}
