import { connection } from "@dagger.io/dagger";

/**
 * Runs a piece of a test in a session with the engine.
 *
 * @param work what uses `dag`.
 * @returns what it returned.
 */
export async function session<Result>(work: () => Promise<Result>): Promise<Result> {
  const results: Result[] = [];
  await connection(async () => {
    results.push(await work());
  });
  const [result] = results;
  if (result === undefined) throw new Error("the session ended without a result");
  return result;
}
