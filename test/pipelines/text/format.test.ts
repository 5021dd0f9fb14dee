import { expect, test } from "vitest";
import { countText, percentText, secondsText } from "#pipelines/text/format.ts";

test.each([
  [100, "100 %"],
  [99.9999, "99.9 %"],
  [80, "80 %"],
  [79.999, "79.9 %"],
  [79.99999999999999, "79.9 %"],
  [83.3, "83.3 %"],
  [0.3, "0.3 %"],
  [1e-7, "0.0 %"],
  [0, "0 %"],
])("%d percent prints as %s, never rounded up", (percent, shown) => {
  expect(percentText(percent)).toBe(shown);
});

test.each([
  [0, "0.0 s"],
  [1.24, "1.2 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min 00 s"],
  [125, "2 min 05 s"],
  [-1, "–"],
  [Number.NaN, "–"],
])("%d seconds print as %s", (seconds, shown) => {
  expect(secondsText(seconds)).toBe(shown);
});

test("a count bears its noun in the right number", () => {
  expect(countText(1, "vulnerability")).toBe("1 vulnerability");
  expect(countText(2, "vulnerability")).toBe("2 vulnerabilities");
  expect(countText(0, "test")).toBe("0 tests");
});
