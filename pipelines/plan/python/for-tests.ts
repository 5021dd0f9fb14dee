import { normalizedName } from "./normalized-name.ts";

/** The names of groups, extras, environments and requirements files for tests. */
const testing = new Set([
  "test",
  "tests",
  "testing",
  "pytest",
  "unit",
  "unittest",
  "unittests",
  "unit-test",
  "unit-tests",
  "test-unit",
  "tests-unit",
]);

/** The names of those for development, which contain what the tests need in most projects. */
const developing = new Set([
  "dev",
  "devel",
  "develop",
  "development",
  "dev-test",
  "test-dev",
  "dev-tests",
  "ci",
  "qa",
]);

/** Whether a group, an extra or an environment of that name is for development or tests. */
export function isForDevelopment(name: string): boolean {
  return isForTests(name) || developing.has(normalizedName(name));
}

/** Whether a group, an extra or an environment of that name is for tests alone. */
export function isForTests(name: string): boolean {
  return testing.has(normalizedName(name));
}

/** Whether a group of that name is for documentation. */
export function isForDocumentation(name: string): boolean {
  return /^(?:docs?|documentation)(?:$|[-_])/i.test(name);
}
