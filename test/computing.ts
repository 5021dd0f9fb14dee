/**
 * Seconds of processor time that some work takes, the least of three runs: a busy machine adds waiting, not computing.
 * Limits on it are ten times what was seen, and the inputs such that work that grows with their square takes minutes.
 */
export async function computingOf(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1e6);
  }
  return least;
}
