import { z } from "zod";

import { defaults } from "./defaults.ts";
import { list, section } from "./leaf.ts";
import { innerPath } from "./relative-path.ts";

/** The settings for OpenTofu and Terraform configurations. */
export const infrastructure = section({
  plan: z
    .union([z.boolean(), z.literal("auto")], { error: "true, false or auto" })
    .prefault(defaults.infrastructurePlan)
    .describe(
      "Whether tofu plan shows what would change; auto: if the call passes a secret with the name of a provider's credential, such as AWS_ACCESS_KEY_ID.",
    ),
  skip: list(innerPath, "a list of paths")
    .prefault([])
    .describe("Folders whose configurations are not checked, subfolders included."),
});
