import { printable } from "#pipelines/text/printable.ts";
import { codeOf, type ErrorCode, partsOf, SlipwayError } from "./errors.ts";
import { execFailureOf } from "./exec-error.ts";
import type { Reason } from "./reason.ts";

/** The engine's messages for an image that is not available; the last two from 0.21 on. */
const unavailable =
  /failed to resolve (?:image|source metadata)|resolve source metadata|pull access denied|failed to do request|failed to convert Dockerfile to LLB: .*: not found|pull image "/i;

/**
 * Whether an image was there too late: the engine's lease on what it pulls ends after five minutes, even if the
 * registry has only begun to answer. By then the image is mostly there. (BuildKit, util/imageutil/config.go)
 */
export function isLeaseLost(error: unknown): boolean {
  return error instanceof Error && /lease does not exist: not found/.test(error.message);
}

/** The number of lines of a tool's last output that a reason quotes. */
const quotedLines = 6;

/**
 * Explains in one reason why a step broke, whether Slipway, a module, a tool or the engine threw the error.
 *
 * @param error the thrown value.
 * @param code the code for an error that has none of its own; default: TOOL_FAILED.
 */
export function explain(error: unknown, code: ErrorCode = "TOOL_FAILED"): Reason {
  const message = error instanceof Error ? error.message : String(error);
  const parts = partsOf(error);
  if (parts !== undefined) return { code: parts.code, text: parts.what, remedy: parts.remedy };
  const own = codeOf(error);
  if (own !== undefined) return { code: own, text: message.slice(own.length + 2) };
  const failure = execFailureOf(error);
  if (failure !== undefined) {
    const tool = toolOf(failure.cmd);
    const output = failure.stderr || failure.stdout;
    if (isSignal(failure.exitCode)) return explain(toolFailed(tool, failure.exitCode, output));
    return { code, text: endedText(tool, failure.exitCode, output), remedy: seeOutput };
  }
  const text = lastWords(message.replace(/ *\[traceparent:[^\]]*\]/g, ""));
  if (unavailable.test(message)) {
    const image = /image "([^"]+)"|metadata for ([^ ]+):|Dockerfile to LLB: (\S+): /.exec(message);
    const name = image?.[1] ?? image?.[2] ?? image?.[3] ?? "an image";
    const reason = text.split(`${name}: `).at(-1) ?? text;
    const why = reason.split(": ").slice(-2).join(": ");
    const remedy =
      "Check the image's name and the registry. For a mirror, set a tool's image under `tools` in slipway.yaml, that of a container of tests under `containers`.";
    return { code: "IMAGE_UNAVAILABLE", text: `${printable(name)} could not be pulled: ${why}`, remedy };
  }
  return { code, text };
}

/** Explains in one text why a step broke, with its code first if it has one. */
export function explainText(error: unknown): string {
  return reasonText(explain(error));
}

/** A reason in one text: its code first and its remedy last, if it has them. */
export function reasonText({
  code,
  text,
  remedy,
}: Omit<Reason, "code"> & { readonly code?: string }): string {
  const coded = code === undefined ? text : `${code}: ${text}`;
  return remedy === undefined ? coded : `${coded.replace(/\.$/, "")}. ${remedy}`;
}

/** The error of a tool whose exit code means neither a pass nor a finding. */
export function toolFailed(tool: string, exitCode: number, output: string, limit?: number): SlipwayError {
  if (exitCode === 124 && limit !== undefined) {
    return new SlipwayError(
      "TOOL_TIMED_OUT",
      `${tool} was stopped after its limit of ${limit} s`,
      "Read output.txt to find what hangs, or raise `timeout` in slipway.yaml.",
    );
  }
  if (isSignal(exitCode)) {
    return new SlipwayError(
      "TOOL_KILLED",
      `${tool} was ended by signal ${exitCode - 128}`,
      exitCode === 137
        ? "Read its output for the cause. If the output shows none, give the engine more memory."
        : "Read output.txt in its reports to see how far it got.",
    );
  }
  return new SlipwayError("TOOL_FAILED", endedText(tool, exitCode, output), seeOutput);
}

const seeOutput = "Read output.txt in its reports: it has all output of the tool.";

function endedText(tool: string, exitCode: number, output: string): string {
  return `${tool} ended with exit code ${exitCode}: ${lastWords(output)}`;
}

/**
 * Whether an exit code stands for a signal. There are 64 signals; a higher code is the tool's own, such as 255 for
 * -1.
 */
function isSignal(exitCode: number): boolean {
  return exitCode > 128 && exitCode <= 128 + 64;
}

/** The last lines of an output, on one line. */
export function lastWords(text: string): string {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.slice(-quotedLines).map(printable).join(" ⏎ ") || "(no output)";
}

/** The name of the tool: the first word that is neither a wrapper nor a flag. */
function toolOf(argv: readonly string[]): string {
  const own = argv.slice(0, 3).join(" ") === "uv tool run" ? argv.slice(3) : argv;
  return (
    own
      .find((word) => !/^(timeout|python|-.*|\d+s)$/.test(word))
      ?.split("/")
      .at(-1) ?? "the tool"
  );
}
