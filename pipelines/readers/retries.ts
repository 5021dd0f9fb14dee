import { z } from "zod";
import { jsonReport } from "./report.ts";

const report = z.array(z.object({ test: z.string().min(1), message: z.string() }));

/** A failed attempt of a test that ran again. */
export interface Retry {
  /** The test's name in the JUnit report: `tests.test_price.TestVat::test_rounds[1]`. */
  readonly name: string;
  /** The message of the failure. */
  readonly message: string;
}

/**
 * Reads the failed attempts of tests that ran again, which the module python notes beside pytest's report.
 *
 * @param text the report.
 * @param file its path, for messages.
 * @throws REPORT_EMPTY; REPORT_MALFORMED.
 */
export function readRetries(text: string, file: string): readonly Retry[] {
  return jsonReport(text, file, report).map(({ test, message }) => ({ name: nameOf(test), message }));
}

/** Turns a test's node id into its name in the JUnit report, as pytest does: the path with dots, without `.py`. */
function nameOf(nodeId: string): string {
  const bracket = nodeId.indexOf("[");
  const [address, parameters] =
    bracket < 0 ? [nodeId, ""] : [nodeId.slice(0, bracket), nodeId.slice(bracket)];
  const [path = "", ...names] = address.split("::");
  const parts = [path.replaceAll("/", ".").replace(/\.py$/, ""), ...names];
  const name = parts.pop() ?? "";
  return `${parts.length === 0 ? "" : `${parts.join(".")}::`}${name}${parameters}`;
}
