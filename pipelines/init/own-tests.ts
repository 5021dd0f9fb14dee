import { isTestFile } from "#pipelines/plan/python/test-file.ts";
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
    (file) => isTestFile(file) && isWithin(file, path) && !nested.some((other) => isWithin(file, other)),
  );
}
