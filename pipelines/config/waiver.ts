import { isDay } from "#pipelines/text/calendar-day.ts";
import { section, text } from "./leaf.ts";
import { innerPath } from "./relative-path.ts";

const day = "a valid date, as in 2027-01-31";

/** One entry of `waivers`. */
export const waiver = section({
  rule: text(
    "a rule's, an advisory's or a license's id, as in S602, CVE-2018-18074 or GPL-3.0-only",
    /^[\w.:/@()+-]+(?: [\w.:/@()+-]+)*$/,
    200,
  ).describe("The id of the rule, advisory or license, as a tool reports it, as in CVE-2018-18074."),
  path: innerPath
    .optional()
    .describe("The file or folder that the waiver is for, subfolders included; default: everywhere."),
  package: text("a package's name without a version", /^[A-Za-z0-9@][\w.@/:+-]*$/, 200)
    .optional()
    .describe("The package that the waiver is for, by its name without a version; default: every package."),
  reason: text("a reason in words", /\S/, 1000).describe("Why the finding is accepted."),
  expires: text(day, /^\d{4}-\d{2}-\d{2}$/, 10)
    .refine(isDay, { error: day })
    .describe("The last day on which the waiver applies, in UTC, as in 2027-01-31."),
});
