/**
 * Does the work with a timer running beside it, so that the process does not take itself for idle.
 *
 * Twice in some hundred calls Bun ended with exit code 0 while answers of the engine were still to come, which
 * the engine reports as a missing /output.json. Why is not known.
 */
export async function awake<Result>(work: () => Promise<Result>): Promise<Result> {
  const timer = setInterval(() => undefined, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
