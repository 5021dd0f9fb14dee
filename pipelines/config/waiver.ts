import { isDay } from "#pipelines/text/calendar-day.ts";
import { section, text } from "./leaf.ts";
import { innerPath } from "./relative-path.ts";

const day = "a day that the calendar has, as in 2027-01-31";

/** One entry of `waivers`. */
export const waiver = section({
  rule: text(
    "a rule's, an advisory's or a license's id, as in S602, CVE-2018-18074 or GPL-3.0-only",
    /^[\w.:/@()+-]+(?: [\w.:/@()+-]+)*$/,
    200,
  ).describe("The id of the rule or the advisory, as any tool that reports it calls it."),
  path: innerPath
    .optional()
    .describe("The file, or the folder with all below it, that the waiver is for; everywhere by default."),
  package: text("a package's name without a version", /^[A-Za-z0-9@][\w.@/:+-]*$/, 200)
    .optional()
    .describe("The package that the waiver is for, by its name without a version; every one by default."),
  reason: text("why this may be there, in words", /\S/, 1000).describe("Why it may be there."),
  expires: text(day, /^\d{4}-\d{2}-\d{2}$/, 10)
    .refine(isDay, { error: day })
    .describe("The last day on which the waiver holds, in UTC."),
});
