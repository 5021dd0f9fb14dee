// Copied from ci/scripts/copied/retry.ts by `npm run generate`: change it there.
/** Time and randomness, which tests replace so that they need not wait. */
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

/** An operation to try, and the answers that make another attempt worthwhile. */
export interface Attempts<Answer> {
  attempt(): Promise<Answer>;
  mayPass(answer: Answer): boolean;
  /** The pause in seconds that the server asks for; default: none. */
  wanted?(answer: Answer): Promise<number>;
}

const base = 1000;
const longest = 30_000;

/**
 * Tries again while an attempt fails in a way that may pass by itself. The waits are random and grow (full jitter),
 * and are never shorter than the server asks for. At the deadline it returns the last answer.
 *
 * @param deadline seconds, counted from the first failure, so a long first attempt does not use them up
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
