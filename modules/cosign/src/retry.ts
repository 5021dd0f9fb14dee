// Copied from ci/scripts/copied/retry.ts by `npm run generate`: change it there.
/** The world that waiting depends on, so that it can be tested without waiting. */
export interface Clock {
  /** Milliseconds since some start. */
  now(): number;
  /** Between 0 and 1. */
  random(): number;
  wait(milliseconds: number): Promise<void>;
}

const clock: Clock = {
  now: () => performance.now(),
  random: () => Math.random(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** What is tried, and what of its answers is worth another try. */
export interface Attempts<Answer> {
  attempt(): Promise<Answer>;
  mayPass(answer: Answer): boolean;
  /** The seconds that the server wants to be left alone for; none by default. */
  wanted?(answer: Answer): Promise<number>;
}

const base = 1000;
const longest = 30_000;

/**
 * Tries again while an attempt ends in what may pass by itself, after growing, random waits (full jitter) and never
 * sooner than the server wants, until the deadline: the last answer is then given back.
 *
 * @param deadline in seconds, from the first attempt's failure: what is long under way is not at a disadvantage
 */
export async function retried<Answer>(
  { attempt, mayPass, wanted }: Attempts<Answer>,
  deadline: number,
  { now, random, wait }: Clock = clock,
): Promise<Answer> {
  let end: number | undefined;
  for (let tries = 0; ; tries += 1) {
    const answer = await attempt();
    if (!mayPass(answer)) return answer;
    end ??= now() + deadline * 1000;
    const pause = ((await wanted?.(answer)) ?? 0) * 1000 + random() * Math.min(longest, base * 2 ** tries);
    if (now() + pause >= end) return answer;
    await wait(pause);
  }
}
