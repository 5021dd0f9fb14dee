import { z } from "zod";

import { isLicence } from "#pipelines/gates/spdx-license.ts";
import { defaults } from "./defaults.ts";
import { list, section, text } from "./leaf.ts";

const allowed =
  "a licence by its SPDX id, as in MIT, GPL-3.0-only or GPL-2.0-only WITH Classpath-exception-2.0";
const licence = text(allowed, /\S/, 200).refine(isLicence, { error: allowed });
const licenceList = list(licence, "a list of licences").min(1, "at least one licence");

/** Which licences the packages of the images may have. */
export const licences = section({
  allow: licenceList
    .optional()
    .describe("The licences that packages may have; by default every one that is not denied."),
  deny: licenceList.optional().describe("The licences that no package may have."),
  unknown: z
    .enum(["note", "fail"], { error: "note or fail" })
    .prefault(defaults.unknownLicences)
    .describe("What a package comes to whose licence SPDX has no name for: a remark, or a failure."),
  skip: list(
    text(
      "a package's name, or TYPE/NAME, with * for anything, as in deb/*",
      /^[A-Za-z0-9@*][\w.@/:+*-]*$/,
      200,
    ),
    "a list of packages",
  )
    .prefault([])
    .describe(
      "Packages that are not looked at: a name, or TYPE/NAME with the type of the package URL; * stands for anything, as in deb/*.",
    ),
});
