import { expect, test } from "vitest";
import { boundOf, checkQuery, checkServer, secondsOf } from "#modules/prometheus/src/arguments.ts";
import { judged } from "#modules/prometheus/src/judge.ts";

const [begin, step] = [1_700_000_000, 15];
const bounds = { max: 0.01, minSamples: 3, start: begin, end: begin + 2 * step, step };
/** Of the same begin, with that many steps. */
const after = (steps: number) => ({ ...bounds, end: begin + steps * step });
const least = { min: 5, minSamples: 1, start: begin, end: begin + 2 * step, step };

/** The answer of Prometheus to a query over a time, with changes. */
function answer(series: readonly (readonly string[])[], changes: object = {}): string {
  const result = series.map((values, at) => ({
    metric: { pod: `orders-${at}` },
    values: values.map((value, index) => [begin + index * step, value]),
  }));
  return JSON.stringify({ status: "success", data: { resultType: "matrix", result }, ...changes });
}

test("enough values within the bounds pass", () => {
  expect(judged(answer([["0", "0.01", "1e-3"]]), bounds)).toEqual({
    outcome: "passed",
    samples: 3,
    lowest: 0,
    highest: 0.01,
  });
  expect(judged(answer([["5", "6", "7"]]), { ...least, minSamples: 3 }).outcome).toBe("passed");
  expect(judged(answer([["0", "NaN", "0", "NaN", "0"]]), after(4))).toMatchObject({
    outcome: "passed",
    samples: 3,
  });
});

test.each<[what: string, text: string, why: RegExp]>([
  ["one value of many out of bounds", answer([["0", "0", "0", "0.011"]]), /0\.011 is more than 0\.01/],
  ["the only value", answer([["1"]]), /1 is more than 0\.01/],
  ["no end", answer([["0", "+Inf", "0"]]), /Infinity is more than/],
])("%s fails", (_, text, why) => {
  const verdict = judged(text, after(3));
  expect(verdict.outcome).toBe("failed");
  expect(verdict.why).toMatch(why);
});

test("a value below the least one fails", () => {
  expect(judged(answer([["5", "-Inf", "5"]]), least)).toMatchObject({
    outcome: "failed",
  });
  expect(judged(answer([["5", "4.9", "5"]]), least).why).toBe("4.9 is less than 5");
});

test.each<[what: string, text: string]>([
  ["no series", answer([])],
  ["a bad value of one series of two", answer([["0", "0", "0"], ["1"]])],
  ["a bad value of a part", answer([["0", "0", "1"]], { warnings: ["one store did not answer"] })],
  ["a warning that is no text", answer([["0", "0", "0"]], { warnings: [{ toString: 1 }] })],
  ["a series without values", answer([[]])],
  ["one value where three are asked for", answer([["0"]])],
  ["values that are no numbers", answer([["NaN", "NaN", "NaN"]])],
  ["too few numbers among them", answer([["0", "NaN", "0", "NaN"]])],
  ["values that are no text of a number", answer([["0", "0", "zero"]])],
  ["empty values", answer([["", " ", ""]])],
  [
    "two series",
    answer([
      ["0", "0", "0"],
      ["0", "0", "0"],
    ]),
  ],
  ["a warning", answer([["0", "0", "0"]], { warnings: ["one store did not answer"] })],
  ["values of the begin alone", answer([["0", "0", "0", "NaN", "NaN", "NaN", "NaN"]])],
  ["an answer that lacks a part", answer([["0", "0", "0"]], { isPartial: true })],
  ["an answer with an error", answer([["0", "0", "0"]], { error: "one store" })],
  ["values without end below the bound", answer([["-Inf", "-Inf", "-Inf"]])],
  ["an error", answer([["0", "0", "0"]], { status: "error" })],
  ["no status", answer([["0", "0", "0"]], { status: undefined })],
  [
    "an answer at one moment",
    JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } }),
  ],
  [
    "values of another form",
    answer([], { data: { resultType: "matrix", result: [{ values: ["0", "0", "0"] }] } }),
  ],
  [
    "numbers in place of text",
    answer([], { data: { resultType: "matrix", result: [{ values: [[1, 0]] }] } }),
  ],
  ["no values at all", answer([], { data: { resultType: "matrix", result: [{}] } })],
  ["no data", JSON.stringify({ status: "success" })],
  ["warnings of another form", answer([["0", "0", "0"]], { warnings: "none" })],
  ["a page", "<html>It works!</html>"],
  ["half an answer", answer([["0", "0", "0"]]).slice(0, -20)],
  ["nothing", ""],
  ["null", "null"],
  ["a list", "[]"],
])("%s is no evidence", (_, text) => {
  const verdict = judged(text, after(6));
  expect(verdict.outcome).toBe("errored");
  expect(verdict.why).not.toBe("");
});

test("values up to the last steps are enough", () => {
  expect(judged(answer([["0", "0", "0"]]), after(3)).outcome).toBe("passed");
  expect(judged(answer([["0", "0", "0"]]), after(4)).why).toMatch(/^no value since /);
});

test("values of another time, and one moment twice, count for nothing", () => {
  const at = (...pairs: readonly (readonly [number, string])[]) =>
    JSON.stringify({ status: "success", data: { resultType: "matrix", result: [{ values: pairs }] } });
  const three = [0, 1, 2].map((index) => [begin + index * step, "0"] as const);
  expect(judged(at([begin - 1, "9"], ...three), bounds)).toMatchObject({ outcome: "passed", samples: 3 });
  expect(judged(at(...three, [begin + 2 * step + 1, "9"]), bounds).outcome).toBe("passed");
  const early = [3, 2, 1].map((before) => [begin - before, "0"] as const);
  expect(judged(at(...early), bounds)).toMatchObject({ outcome: "errored", samples: 0 });
  const same = [0, 0, 0].map(() => [begin, "0"] as const);
  expect(judged(at(...same), { ...bounds, end: begin })).toMatchObject({ outcome: "errored", samples: 1 });
});

test("a million values are judged", () => {
  const values = Array.from({ length: 1_000_000 }, () => "0.001");
  expect(judged(answer([values]), after(1_000_000))).toMatchObject({ outcome: "passed", samples: 1_000_000 });
});

test.each<[what: string, read: () => unknown]>([
  ["a server without a scheme", () => checkServer("prometheus.example.com")],
  ["a file", () => checkServer("file:///etc/passwd")],
  ["a login in the address", () => checkServer("https://me:secret@prometheus.example.com")],
  ["a query in the address", () => checkServer("https://prometheus.example.com/?a=b")],
  ["an empty query", () => checkQuery(" \n")],
  ["a query without end", () => checkQuery("a".repeat(10_001))],
  ["a day", () => secondsOf("2026-12-01", "start")],
  ["a time without zone", () => secondsOf("2026-12-01T10:00:00", "start")],
  ["a time that does not exist", () => secondsOf("2026-13-01T10:00:00Z", "start")],
  ["a bound in words", () => boundOf("much", "max")],
  ["a bound that is none", () => boundOf("NaN", "max")],
  ["a bound without end", () => boundOf("1e999", "max")],
  ["a bound with a sign that is none", () => boundOf("--1", "max")],
])("%s is refused", (_, read) => {
  expect(read).toThrow(/^ARGUMENT_INVALID: /);
});
