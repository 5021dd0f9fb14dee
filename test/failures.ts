/** Tells each failure when it happens: a run that is stopped before its end has told them. */
import type { SerializedError, TestCase, TestModule, TestSuite } from "vitest/node";
import type { Reporter } from "vitest/reporters";

export default class Failures implements Reporter {
  onTestCaseResult(test: TestCase) {
    tell(test.fullName, test.module, test.result().errors ?? []);
  }

  /** A suite's own errors are those of its hooks. */
  onTestSuiteResult(suite: TestSuite) {
    tell(suite.fullName, suite.module, suite.errors());
  }

  onTestModuleEnd(module: TestModule) {
    tell("the file", module, module.errors());
  }
}

/** In characters. */
const longestDiff = 10_000;

function tell(name: string, module: TestModule, errors: readonly SerializedError[]): void {
  for (const { message, stack, diff } of errors) {
    const time = new Date().toISOString();
    const text = `${stack || message}\n${typeof diff === "string" ? diff.slice(0, longestDiff) : ""}`;
    console.error(`\n== ${time} failed: ${module.relativeModuleId} > ${name}\n${text}\n`);
  }
}
