import { availableParallelism } from "node:os";

/** Runs tasks, so many at a time and the others in the order they came. */
export interface Pool {
  /**
   * Runs a task as soon as there is a place for it.
   *
   * @param next whether it goes before those that wait already: for what continues a chain, so that the longest one
   *   does not end last; false by default.
   */
  run<Result>(task: () => Promise<Result>, next?: boolean): Promise<Result>;
}

/**
 * Makes a pool. Dagger itself runs everything at once that nothing holds back, and more tools than cores only
 * steal memory and time from each other.
 *
 * @param size how many tasks at a time; the machine's cores by default, 2 at least, since one task often waits
 *   for the network while another computes.
 */
export function pool(size: number = Math.max(2, availableParallelism())): Pool {
  const waiting: (() => void)[] = [];
  let free = size;
  return {
    async run(task, next = false) {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => (next ? waiting.unshift(resolve) : waiting.push(resolve)));
      try {
        return await task();
      } finally {
        const first = waiting.shift();
        if (first) first();
        else free += 1;
      }
    },
  };
}
