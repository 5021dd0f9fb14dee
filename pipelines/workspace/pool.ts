import { availableParallelism } from "node:os";

/** Runs a limited number of tasks at a time, and the others in the order of their calls. */
export interface Pool {
  /**
   * Runs a task as soon as there is a place for it.
   *
   * @param next whether it goes before waiting tasks; default: false. It is for a step that continues a chain, so
   *   that the longest chain does not end last.
   */
  run<Result>(task: () => Promise<Result>, next?: boolean): Promise<Result>;
}

/**
 * Makes a pool. Dagger itself starts every possible step at once, but more tools than cores only compete for memory
 * and time.
 *
 * @param size the number of concurrent tasks; default: the machine's cores, but at least 2, because one task often
 *   waits for the network while another computes.
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
