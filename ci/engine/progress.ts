import { spawn } from "node:child_process";
import { appendFileSync, createWriteStream, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir } from "./cache.ts";

const heartbeatMs = 15_000;
const shownLines = 25;

/** What a step may do with its log. */
export interface StepLog {
  /** The log file's absolute path. */
  readonly file: string;
  /** Writes one line into the log file, not onto the screen. */
  line(text: string): void;
  /**
   * Runs a program, its output going into the log file, and hands back what it wrote to stdout.
   * Fails with TOOL_FAILED if it cannot be started or does not exit with 0.
   */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<string>;
}

export interface RunOptions {
  /** Working directory; this process's own by default. */
  readonly cwd?: string;
  /** Variables added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for its stdin; none by default. */
  readonly input?: string;
}

/**
 * Runs one step of work and says so: a line when it starts, one every 15 seconds while it lasts, one
 * with the elapsed time when it ends. If it fails, the last lines of its log and the log's path follow,
 * and the error is passed on.
 *
 * Lines go to stderr and, if $SLIPWAY_PROGRESS_FILE is set, into that file too.
 *
 * @param title what is done, for people: `building trivy v0.65.0 from Go modules`.
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

/** Reads the last lines of a log file; none if it is not there. */
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
