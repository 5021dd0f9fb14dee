import { spawn } from "node:child_process";
import { appendFileSync, createWriteStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "./cache.ts";

const heartbeatMs = 15_000;
const shownLines = 25;

/** The log of a step, and the ways to write to it. */
export interface StepLog {
  /** The log file's absolute path. */
  readonly file: string;
  /** Writes one line to the log file, not to the screen. */
  line(text: string): void;
  /**
   * Runs a program with its output in the log file, and returns its stdout. Fails with TOOL_FAILED if it cannot start
   * or does not exit with 0.
   */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
}

export interface RunOptions {
  /** Working directory; default: this process's own. */
  readonly cwd?: string;
  /** Variables to add to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its stdin; default: none. */
  readonly input?: string;
}

/**
 * Runs one step of work and reports it: a line at its start, a line every 15 seconds, and its duration at its end. If
 * the step fails, it also prints the last lines of the log and the log's path, and rethrows the error.
 *
 * Lines go to stderr and, if $SLIPWAY_PROGRESS_FILE is set, to that file too.
 *
 * @param title the work in a few words, for people: `building trivy v0.65.0 from Go modules`.
 * @param work the work; it gets a log for the output of tools.
 */
export async function step<T>(title: string, work: (log: StepLog) => Promise<T>): Promise<T> {
  const log = openLog(title);
  const start = Date.now();
  const seconds = () => `${((Date.now() - start) / 1000).toFixed(1)} s`;
  say(`▸ ${title} …`);
  const heartbeat = setInterval(() => say(`  ${title} … ${seconds()}`), heartbeatMs);
  try {
    const result = await work(log);
    say(`✔ ${title}: ${seconds()}`);
    return result;
  } catch (error) {
    say(`✘ ${title}: failed after ${seconds()}`);
    for (const line of lastLines(log.file)) say(`  │ ${line}`);
    say(`  whole log: ${log.file}`);
    throw error;
  } finally {
    clearInterval(heartbeat);
  }
}

/** Prints one line for people, to the same places as `step` does. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
  const file = process.env.SLIPWAY_PROGRESS_FILE;
  if (!file) return;
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${line}\n`);
}

/** Reads the last lines of a log file; none if the file does not exist. */
export function lastLines(file: string, count = shownLines): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").trimEnd().split("\n").filter(Boolean).slice(-count);
}

function openLog(title: string): StepLog {
  const name = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60);
  const stamp = new Date().toISOString().replace(/[:.]/g, "");
  const file = join(cacheDir(), "logs", `${stamp}-${process.pid}-${name}.log`);
  mkdirSync(dirname(file), { recursive: true });
  const line = (text: string) => appendFileSync(file, `${text}\n`);
  return { file, line, run: (command, args, options) => runLogged(file, command, args, options) };
}

function runLogged(
  file: string,
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const shown = [command, ...args].join(" ");
  appendFileSync(file, `$ ${shown}\n`);
  const output = createWriteStream(file, { flags: "a" });
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stdout: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stdout.pipe(output, { end: false });
    child.stderr.pipe(output, { end: false });
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
    const fail = (why: string) =>
      output.end(() => reject(new Error(`TOOL_FAILED: ${shown}: ${why}. See ${file}.`)));
    child.once("error", (error) => fail(error.message));
    child.once("close", (code, signal) => {
      if (code === 0) output.end(() => resolve(Buffer.concat(stdout).toString()));
      else fail(signal ? `ended by ${signal}` : `exit code ${code}`);
    });
  });
}
