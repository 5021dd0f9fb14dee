import { posix } from "node:path";

/** Whether pytest takes a file for a test file. https://docs.pytest.org/en/stable/explanation/goodpractices.html */
export function isTestFile(path: string): boolean {
  const name = posix.basename(path);
  return name.endsWith("_test.py") || (name.startsWith("test_") && name.endsWith(".py"));
}
