import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkBegins, sayProgress } from "#pipelines/verdict/progress.ts";

const said: string[] = [];
beforeEach(() => {
  said.length = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  sayProgress((line) => said.push(line));
});
afterEach(() => {
  sayProgress(undefined);
  vi.useRealTimers();
});

test("says a line for each check as it ends, whatever its name", () => {
  const ends = ["orders/test", "a\u001b[2J\nb"].map((name) => checkBegins(name));
  ends[1]?.({ outcome: "failed", seconds: 0.42 });
  ends[0]?.({ outcome: "errored", seconds: 61 });
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^a[^\p{Cc}]*b: failed after 0\.4 s$/u);
  expect(said[1]).toBe("orders/test: errored after 1 min 01 s");
});

test("says what still runs after each minute of silence, and nothing when nothing runs", () => {
  const ends = checkBegins("orders/test");
  vi.advanceTimersByTime(59_000);
  const other = checkBegins("scan");
  expect(said).toEqual([]);
  vi.advanceTimersByTime(61_000);
  expect(said).toEqual([
    "still running: orders/test for 1 min 00 s, scan for 1.0 s",
    "still running: orders/test for 2 min 00 s, scan for 1 min 01 s",
  ]);
  other({ outcome: "passed", seconds: 61 });
  vi.advanceTimersByTime(59_000);
  expect(said).toHaveLength(3);
  ends({ outcome: "passed", seconds: 180 });
  vi.advanceTimersByTime(600_000);
  expect(said).toHaveLength(4);
});

test("says nothing if nobody listens", () => {
  sayProgress(undefined);
  checkBegins("scan")({ outcome: "passed", seconds: 1 });
  vi.advanceTimersByTime(600_000);
  expect(said).toEqual([]);
});
