import { posix } from "node:path";
import { isWithin } from "#pipelines/text/path.ts";

/**
 * Picks a service's own test files. Those of a service below it belong to that service.
 *
 * @param nested the paths of the services below it.
 */
export function ownTests(
  files: readonly string[],
  { path, nested }: { readonly path: string; readonly nested: readonly string[] },
): readonly string[] {
  return files.filter(
    (file) => isTest(file) && isWithin(file, path) && !nested.some((other) => isWithin(file, other)),
  );
}

/** Whether pytest takes a file for a test file. https://docs.pytest.org/en/stable/explanation/goodpractices.html */
function isTest(file: string): boolean {
  const name = posix.basename(file);
  return name.endsWith("_test.py") || (name.startsWith("test_") && name.endsWith(".py"));
}
