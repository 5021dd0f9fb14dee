import { z } from "zod";

import { isLicense } from "#pipelines/gates/spdx-license.ts";
import { defaults } from "./defaults.ts";
import { list, section, text } from "./leaf.ts";

const allowed =
  "a license by its SPDX id, as in MIT, GPL-3.0-only or GPL-2.0-only WITH Classpath-exception-2.0";
const license = text(allowed, /\S/, 200).refine(isLicense, { error: allowed });
const licenseList = list(license, "a list of licenses").min(1, "at least one license");

/** The licenses that the packages of the images may have. */
export const licenses = section({
  allow: licenseList
    .optional()
    .describe("The licenses that packages may have; default: every one that is not denied."),
  deny: licenseList.optional().describe("The licenses that no package may have."),
  unknown: z
    .enum(["note", "fail"], { error: "note or fail" })
    .prefault(defaults.unknownLicenses)
    .describe(
      "The result for a package whose license has no SPDX name; note: the package is reported; fail: the check fails.",
    ),
  skip: list(
    text(
      "a package's name, or TYPE/NAME; * matches any text, as in deb/*",
      /^[A-Za-z0-9@*][\w.@/:+*-]*$/,
      200,
    ),
    "a list of packages",
  )
    .prefault([])
    .describe(
      "Packages that are not checked: a name, or TYPE/NAME with the type of the package URL; * matches any text, as in deb/*.",
    ),
});
