import type { Tool } from "#pipelines/tools/tool.ts";
import { readTofuFmt } from "./reader.ts";

/** Ends with 3 when a file is not formatted. @see https://opentofu.org/docs/cli/commands/fmt/ */
export const tofuFmt: Tool = {
  name: "tofu fmt",
  report: "tofu-fmt.diff",
  ends: [0, 3],
  read: ({ text, file, exitCode, place }) => readTofuFmt(text, file, exitCode, place),
};
