import { expect, test } from "vitest";
import { parseDuration } from "#pipelines/config/duration.ts";

test.each([
  ["30s", 30],
  ["5m", 300],
  ["1h", 3600],
  ["7d", 604_800],
  ["0s", 0],
  ["365d", 31_536_000],
])("%s are %i seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  "",
  "5",
  "m",
  "5 m",
  "-5m",
  "+5m",
  "05m",
  "1.5h",
  "1h30m",
  "5M",
  "1w",
  "5m\n",
  "366d",
  "1e3s",
  "٣m",
  "NaNs",
])("%j is no duration", (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
