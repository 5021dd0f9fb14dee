import type { Check } from "#pipelines/findings/evidence.ts";
import { secondsText } from "#pipelines/text/format.ts";
import { listText } from "#pipelines/text/list.ts";
import { printable } from "#pipelines/text/printable.ts";

type Say = (line: string) => void;

/** Milliseconds without a line, after which one says what still runs: CI systems end jobs that are silent for long. */
const silence = 60_000;

let say: Say | undefined;
let timer: NodeJS.Timeout | undefined;
const running = new Map<symbol, { readonly name: string; readonly start: number }>();

/**
 * Says a line for each check when it ends, and what still runs if no check ended for a minute. There is one listener
 * in a process, as a process makes one call.
 *
 * @param listener gets each line, without a line break; undefined: nobody listens, as at the start.
 */
export function sayProgress(listener: Say | undefined): void {
  say = listener;
  rest();
}

/**
 * Notes that a check begins.
 *
 * @returns what to call when it ends, with its result.
 */
export function checkBegins(name: string): (check: Pick<Check, "outcome" | "seconds">) => void {
  if (say === undefined) return () => {};
  const key = Symbol(name);
  running.set(key, { name, start: performance.now() });
  wait();
  return ({ outcome, seconds }) => {
    running.delete(key);
    tell(`${printable(name)}: ${outcome} after ${secondsText(seconds)}`);
  };
}

/** Says a line, where somebody listens. */
export function tell(line: string): void {
  say?.(line);
  rest();
  if (running.size > 0) wait();
}

function rest(): void {
  clearTimeout(timer);
  timer = undefined;
}

function wait(): void {
  timer ??= setTimeout(() => {
    const now = performance.now();
    const names = [...running.values()].map(
      ({ name, start }) => `${printable(name)} for ${secondsText((now - start) / 1000)}`,
    );
    tell(`still running${listText(names)}`);
  }, silence);
  // A call that ends waits for no line.
  timer.unref();
}
