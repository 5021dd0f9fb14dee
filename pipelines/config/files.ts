import { z } from "zod";
import { fileLinterNames } from "#pipelines/tools/registry.ts";
import { defaults } from "./defaults.ts";
import { list, section } from "./leaf.ts";
import { innerPath } from "./relative-path.ts";

const names = fileLinterNames.join(", ");

/** The settings for the files of the repository that are not code of a service. */
export const files = section({
  lint: z
    .union(
      [z.literal("auto"), list(z.enum(fileLinterNames, { error: `one of ${names}` }), "a list of linters")],
      { error: `auto, or a list of ${names}` },
    )
    .prefault(defaults.files)
    .describe(
      "The tools that check these files; auto: each tool that has files to check, but yamllint only if the repository configures it.",
    ),
  skip: list(innerPath, "a list of paths")
    .prefault([])
    .describe("Files and folders that are not checked, subfolders included."),
});
