import { expect, test } from "vitest";
import { libraryPage } from "../../../../ci/scripts/reference/library-page.ts";

const root = new URL("../../../../", import.meta.url);
const changelog = "# Changelog\n\n## 2.0.0\n\n### Library\n\n- `ci` is there.\n\n## 1.0.0\n\n- Old.\n";
const page = libraryPage(root, "", changelog);

test("the page lists what the library offers by its declaration, without what it does", () => {
  expect(page).toContain("## runCheck\n");
  expect(page).toMatch(/```ts\nasync function runCheck\([^`]*\): Promise<CheckResult>\n```/);
  expect(page).toMatch(/```ts\ninterface CheckId \{/);
  expect(page).toMatch(/```ts\nclass SlipwayError extends Error implements ErrorParts \{/);
});

test("it changes when the changelog tells of it, and not before", () => {
  const without = page.replace("readonly verdict: Verdict;", "");
  expect(without).not.toBe(page);
  expect(() => libraryPage(root, without, changelog)).toThrow(/offers something else than before/);
  expect(libraryPage(root, without, changelog.replace("is there", "gives a verdict"))).toContain(
    "verdict: Verdict",
  );
});

test("a comment may change at any time", () => {
  const [about = ""] = /(?<=^## CiResult\n\n).+$/m.exec(page) ?? [];
  expect(about).not.toBe("");
  expect(libraryPage(root, page.replace(about, "Other words."), changelog)).toBe(page);
  const [comment = ""] = /\/\*\* .* \*\//.exec(page) ?? [];
  expect(comment).not.toBe("");
  expect(libraryPage(root, page.replace(comment, "/** Other words. */"), changelog)).toBe(page);
});

test("a changelog that says nothing of the library is refused", () => {
  expect(() => libraryPage(root, page, "## 2.0.0\n\n- News.\n\n## 1.0.0\n\n### Library\n")).toThrow(
    /no heading/,
  );
});
