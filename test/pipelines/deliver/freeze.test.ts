import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { readConfig } from "#pipelines/config/read.ts";
import { freezeAt, freezeText } from "#pipelines/deliver/freeze.ts";

type Settings = Readonly<Record<string, string>>;

function configOf(...freeze: readonly Settings[]) {
  const production = { overlays: ["overlays/production"], freeze };
  const text = JSON.stringify({ version: 1, environments: { production } });
  return readConfig(text, "slipway.yaml");
}

function freezesOf(...all: readonly Settings[]) {
  return (
    configOf(...all.map((each) => ({ reason: "holidays", ...each }))).environments?.production?.freeze ?? []
  );
}

const december = {
  rrule: "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=23",
  duration: "10d",
  timezone: "Europe/Berlin",
};
const weekends = { rrule: "FREQ=WEEKLY;BYDAY=FR;BYHOUR=18", duration: "62h", timezone: "America/New_York" };

test.each<[what: string, freeze: Settings, now: string, until: string | undefined]>([
  ["a second before", december, "2026-12-22T22:59:59Z", undefined],
  ["at its begin", december, "2026-12-22T23:00:00Z", "2027-01-01T23:00:00.000Z"],
  ["in the next year", december, "2027-01-01T22:59:59Z", "2027-01-01T23:00:00.000Z"],
  ["at its end", december, "2027-01-01T23:00:00Z", undefined],
  ["on a Friday evening", weekends, "2026-07-03T22:00:00Z", "2026-07-06T12:00:00.000Z"],
  ["before it", weekends, "2026-07-03T21:59:59Z", undefined],
  // Clocks go back on 2026-11-01: the freeze ends at 8 by the clock, and not an hour before.
  ["through the end of summer time", weekends, "2026-11-01T12:00:00Z", "2026-11-02T13:00:00.000Z"],
  [
    "once, by day",
    { start: "2026-03-01", duration: "1d" },
    "2026-03-01T12:00:00Z",
    "2026-03-02T00:00:00.000Z",
  ],
  ["once, over", { start: "2026-03-01", duration: "1d" }, "2026-03-02T00:00:00Z", undefined],
  ["once, not yet", { start: "2026-03-01T10:30", duration: "1h" }, "2026-03-01T10:29:59Z", undefined],
  [
    "every other week from a day on",
    { rrule: "FREQ=WEEKLY;INTERVAL=2", start: "2026-03-02", duration: "1d" },
    "2026-03-16T01:00:00Z",
    "2026-03-17T00:00:00.000Z",
  ],
  [
    "in the week between",
    { rrule: "FREQ=WEEKLY;INTERVAL=2", start: "2026-03-02", duration: "1d" },
    "2026-03-09T01:00:00Z",
    undefined,
  ],
  [
    "the last Thursday of a month",
    { rrule: "FREQ=MONTHLY;BYDAY=-1TH", duration: "1d" },
    "2026-11-26T01:00:00Z",
    "2026-11-27T00:00:00.000Z",
  ],
  [
    "on the last day of its rule",
    { rrule: "FREQ=DAILY;BYHOUR=18;UNTIL=20260310", duration: "6h" },
    "2026-03-10T19:00:00Z",
    "2026-03-11T00:00:00.000Z",
  ],
  [
    "until a time of UTC",
    { rrule: "FREQ=DAILY;UNTIL=20260309T150000Z", duration: "1d", timezone: "Asia/Tokyo" },
    "2026-03-10T01:00:00Z",
    "2026-03-10T15:00:00.000Z",
  ],
  ["until a day", { rrule: "FREQ=DAILY;UNTIL=20260310", duration: "1h" }, "2026-03-11T00:30:00Z", undefined],
])("a freeze %s", async (_, freeze, now, until) => {
  const found = await freezeAt(freezesOf(freeze), new Date(now));
  expect(found?.until.toISOString()).toBe(until);
});

test("of several, the one that ends last counts, by the clock of its zone", async () => {
  const [first, second, third] = [december, { ...december, duration: "12d" }, weekends];
  const found = await freezeAt(freezesOf(first, second, third), new Date("2026-12-24T00:00:00Z"));
  expect(found && freezeText(found)).toBe("holidays (until 2027-01-04 00:00 Europe/Berlin)");
  expect(await freezeAt([], new Date())).toBeUndefined();
});

test.each<[fault: string, freeze: Settings]>([
  ["no rule", { rrule: "every Friday" }],
  ["a rule by hours", { rrule: "FREQ=HOURLY" }],
  ["a rule by seconds", { rrule: "FREQ=SECONDLY" }],
  ["an interval of nothing", { rrule: "FREQ=DAILY;INTERVAL=0", start: "2026-01-01" }],
  ["a part twice", { rrule: "FREQ=DAILY;FREQ=DAILY" }],
  ["no frequency", { rrule: "BYMONTH=12" }],
  ["a part that is none", { rrule: "FREQ=DAILY;BYPARTY=1" }],
  ["a part of every object", { rrule: "FREQ=DAILY;CONSTRUCTOR=1" }],
  ["a month that does not exist", { rrule: "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1" }],
  ["a day that does not exist", { rrule: "FREQ=MONTHLY;BYMONTHDAY=32" }],
  ["a rule whose days are not known", { rrule: "FREQ=YEARLY;BYMONTH=12" }],
  ["a week without a day", { rrule: "FREQ=WEEKLY" }],
  ["an interval without a start", { rrule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO" }],
  ["neither rule nor start", {}],
  ["a start that does not exist", { start: "2026-13-01" }],
  ["a start on a day that does not exist", { start: "2026-02-30" }],
  ["a start in another time", { start: "0001-01-01", rrule: "FREQ=DAILY" }],
  ["a rule that never begins", { rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30" }],
  ["a sixth Monday", { rrule: "FREQ=MONTHLY;BYDAY=6MO" }],
  ["a place in a set", { rrule: "FREQ=DAILY;BYSETPOS=2" }],
  ["an hour that does not exist", { rrule: "FREQ=DAILY;BYHOUR=24" }],
  ["an end that does not exist", { rrule: "FREQ=DAILY;UNTIL=20261301" }],
  ["an unknown zone", { start: "2026-01-01", timezone: "Europe/Bärlin" }],
  ["a zone of nowhere", { start: "2026-01-01", timezone: "Europe/Nowhere" }],
])("%s is refused with its place", (_, freeze) => {
  expect(() => configOf({ duration: "1d", reason: "x", ...freeze })).toThrow(
    /CONFIG_INVALID.*environments\.production\.freeze/s,
  );
});

test("the library is found by the loader of the call, too", async () => {
  const program = `import { freezeAt } from "./pipelines/deliver/freeze.ts";
void freezeAt([{ rrule: "FREQ=DAILY", duration: 90000, timezone: "UTC", reason: "a" }], new Date()).then((found) => console.log(found?.reason));
`;
  const { stdout } = await promisify(execFile)("npx", ["tsx", "--eval", program]);
  expect(stdout).toBe("a\n");
});
