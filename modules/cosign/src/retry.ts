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

const base = 1000;
const longest = 30_000;

/**
 * Tries again while an attempt ends in what may pass by itself, after growing, random waits (full jitter), until the
 * deadline: the last answer is then given back.
 *
 * @param attempt one try
 * @param passing whether it is worth another one
 * @param deadline in seconds, from the first try's start
 */
export async function retried<Answer>(
  attempt: () => Promise<Answer>,
  passing: (answer: Answer) => boolean,
  deadline: number,
  { now, random, wait }: Clock = clock,
): Promise<Answer> {
  const end = now() + deadline * 1000;
  for (let tries = 0; ; tries += 1) {
    const answer = await attempt();
    if (!passing(answer)) return answer;
    const pause = random() * Math.min(longest, base * 2 ** tries);
    if (now() + pause >= end) return answer;
    await wait(pause);
  }
}
