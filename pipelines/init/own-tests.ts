import { posix } from "node:path";
import { isWithin } from "#pipelines/text/path.ts";

/**
 * Picks a service's own files of tests: those of a service that lies below it are that one's.
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

/** What pytest takes for a file of tests. https://docs.pytest.org/en/stable/explanation/goodpractices.html */
function isTest(file: string): boolean {
  const name = posix.basename(file);
  return name.endsWith("_test.py") || (name.startsWith("test_") && name.endsWith(".py"));
}
