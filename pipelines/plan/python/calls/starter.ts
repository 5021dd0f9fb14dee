import { isPipeline } from "./pipeline-files.ts";
import { runsFile } from "./script-runners.ts";
import type { ToolCall } from "./tool-call.ts";

/** Whether a call in a pipeline runs the commands of a file. */
export function starts(call: ToolCall, file: string): boolean {
  return isPipeline(call.file) && runsFile(call.tool, file);
}

/** The call in a pipeline that makes a call, or that runs its file. */
export function starterOf(call: ToolCall, all: readonly ToolCall[]): ToolCall | undefined {
  return isPipeline(call.file) ? call : all.find((each) => starts(each, call.file));
}
