import { posix } from "node:path";
import { isTestFile } from "#pipelines/plan/python/test-file.ts";

/** Whether coverage.py measures a file of Python by itself: no test, and no script of a build. */
export function isMeasured(path: string): boolean {
  const name = posix.basename(path);
  const isTest =
    isTestFile(path) ||
    ["conftest.py", "test.py", "tests.py"].includes(name) ||
    /(?:^|\/)tests?\//.test(path);
  return (
    !isTest && !["setup.py", "noxfile.py", "runtests.py"].includes(name) && !path.endsWith("docs/conf.py")
  );
}
