import { z } from "zod";

import { defaults } from "./defaults.ts";
import { list, section } from "./leaf.ts";
import { innerPath } from "./relative-path.ts";

/** How OpenTofu and Terraform configurations are checked. */
export const infrastructure = section({
  plan: z
    .union([z.boolean(), z.literal("auto")], { error: "true, false or auto" })
    .prefault(defaults.infrastructurePlan)
    .describe(
      "Whether is shown what would change; auto: where the call hands over secrets that are credentials of a provider, by their names.",
    ),
  skip: list(innerPath, "a list of paths")
    .prefault([])
    .describe("Folders whose configurations, and those below them, are not checked."),
});
