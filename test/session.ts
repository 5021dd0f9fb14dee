import { connection } from "@dagger.io/dagger";

/**
 * Runs a piece of a test in a session with the engine.
 *
 * @param work what uses `dag`.
 * @returns what it returned.
 * @throws what it threw, as it is: the SDK's own error would keep its message only, and lose what an assertion compared.
 */
export async function session<Result>(work: () => Promise<Result>): Promise<Result> {
  const ends: PromiseSettledResult<Result>[] = [];
  await connection(async () => {
    ends.push(...(await Promise.allSettled([work()])));
  });
  const [end] = ends;
  if (end === undefined) throw new Error("the session ended without a result");
  if (end.status === "rejected") throw end.reason;
  return end.value;
}
