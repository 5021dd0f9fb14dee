import { describe, expect, test } from "vitest";
import { codeOfThrow } from "../../../test/pipelines/errors/code-of-throw.ts";
import { recordedBeside } from "../../../test/recorded.ts";
import { readHelmLint } from "./reader.ts";

const recorded = recordedBeside(import.meta.url);

const read = (text: string, exitCode = 0) => readHelmLint(text, "helm-lint.txt", exitCode, "charts/web");
const head = "==> Linting .\n";
const passed = "\n1 chart(s) linted, 0 chart(s) failed\n";

describe("a recorded report", () => {
  test("of a chart that holds has no finding, whatever is recommended", () => {
    expect(read(recorded("helm-lint.txt"))).toEqual([]);
  });

  test("gives an error a finding that gates, with all of its lines", () => {
    const findings = read(recorded("helm-lint-errors.txt"), 1);
    expect(new Set(findings.map(({ tool, kind, severity }) => `${tool} ${kind} ${severity}`))).toEqual(
      new Set(["helm manifest HIGH"]),
    );
    expect(findings.map(({ path, message }) => `${path} ${message}`)).toEqual([
      `charts/web/Chart.yaml apiVersion 'v9' is not valid. The value must be either "v1" or "v2"`,
      "charts/web/Chart.yaml version 'notsemver' is not a valid SemVer",
      "charts/web/Chart.yaml chart type is not valid in apiVersion 'v9'. It is valid in apiVersion 'v2'",
      "charts/web/values.yaml - at '/service': missing property 'x'\n- at '/replicaCount': got number, want string",
      `charts/web/Chart.yaml templates/: validation: chart.metadata.version "notsemver" is invalid`,
      `charts/web/Chart.yaml unable to load chart\n\tvalidation: chart.metadata.version "notsemver" is invalid`,
    ]);
  });

  test("gives a warning a finding that no gate stops", () => {
    const findings = read(recorded("helm-lint-warnings.txt"));
    expect(findings.map(({ kind, rule, path }) => `${kind} ${rule} ${path}`)).toEqual([
      "note warning charts/web/templates/z.yaml",
      "note warning charts/web/templates/z.yaml",
      "note warning charts/web/Chart.yaml",
    ]);
  });
});

test.each<[what: string, text: string, exitCode: number]>([
  ["another text", "ok\n", 0],
  ["a chart that is not there", "Error unable to check Chart.yaml file in chart\n", 1],
  ["a message before the head", `[INFO] Chart.yaml: x\n${head}${passed}`, 0],
  ["no count", head, 0],
  ["a count that breaks off", `${head}\n1 chart(s) linted, 0 ch`, 0],
  ["more after the count", `${head}${passed}[ERROR] Chart.yaml: late\n`, 1],
  ["two charts", `${head}${passed}${head}${passed}`, 0],
  ["a level that there is not", `${head}[FATAL] Chart.yaml: x\n${passed}`, 0],
  ["a continuation of nothing", `${head}\tand more\n${passed}`, 0],
  ["a count of several charts", `${head}\n2 chart(s) linted, 0 chart(s) failed\n`, 0],
])("%s is malformed", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_MALFORMED");
});

test.each<[what: string, text: string, exitCode: number]>([
  ["an error and exit code 0", `${head}[ERROR] Chart.yaml: x\n${passed}`, 0],
  ["no error and exit code 1", `${head}[WARNING] Chart.yaml: x\n`, 1],
  ["a pass and exit code 1", recorded("helm-lint.txt"), 1],
])("%s contradict", (_, text, exitCode) => {
  expect(codeOfThrow(() => read(text, exitCode))).toBe("REPORT_CONTRADICTORY");
});

test.each(["", " \n"])("an empty report is no clean one: %j", (text) => {
  expect(codeOfThrow(() => read(text))).toBe("REPORT_EMPTY");
});

test.each(["../../etc/passwd", "templates/../../../x", "/etc/passwd"])(
  "a path that leads out of the chart is kept for reading alone: %s",
  (path) => {
    const [finding] = read(`${head}[ERROR] ${path}: x\n`, 1);
    expect(finding).toMatchObject({ path: "charts/web/Chart.yaml", message: `${path}: x` });
  },
);
