import { createWriteStream, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

/** The log of a call that is being read. */
export interface CallLog {
  /** The file with every line of it. */
  readonly file: string;
  /** Ends when the last line is read and written. */
  readonly done: Promise<void>;
}

/**
 * Keeps dagger's plain log in a file, and passes on the lines that a person waits for: when the module is loaded, what
 * Slipway itself says while it runs, and what dagger says outside of the steps, which is the result.
 *
 * @param log dagger's standard error with `--progress=plain`.
 * @param write gets each of these lines with its end.
 */
export function keepLog(log: Readable, write: (text: string) => void): CallLog {
  const file = join(mkdtempSync(join(tmpdir(), "slipway-")), "dagger.log");
  const kept = createWriteStream(file);
  const lines = createInterface({ input: log, crlfDelay: Number.POSITIVE_INFINITY });
  const shorten = shortened();
  lines.on("line", (line) => {
    kept.write(`${line}\n`);
    const text = shorten(line);
    if (text !== undefined) write(`${text}\n`);
  });
  const done = new Promise<void>((resolve) => {
    lines.once("close", () => kept.end(resolve));
  });
  return { file, done };
}

/** The call of a function. Those that it makes itself are indented by a bar. */
const functionCall = /^(\d+) *: [A-Za-z]\w*\.\w+\(/;
const said = /^(\d+) *: \[[\dhms. ]+\] \| (.*)$/;
const loaded = /^\d+ *: load module: .* DONE \[(.*)\]$/;

/** Returns what shortens one line after the other; undefined for a line that is for the file alone. */
export function shortened(): (line: string) => string | undefined {
  const calls = new Set<string>();
  let isEmpty = true;
  return (line) => {
    const [, took] = loaded.exec(line) ?? [];
    if (took !== undefined) return `module loaded after ${took}`;
    const [, call] = functionCall.exec(line) ?? [];
    if (call !== undefined) calls.add(call);
    const [, step = "", text] = said.exec(line) ?? [];
    if (text !== undefined) return calls.has(step) ? text : undefined;
    if (/^\d+ *:/.test(line)) return undefined;
    // Between the steps there are blank lines: one is enough, and none at the beginning.
    const isShown = line.trim() !== "" || !isEmpty;
    isEmpty = line.trim() === "";
    return isShown ? line : undefined;
  };
}
