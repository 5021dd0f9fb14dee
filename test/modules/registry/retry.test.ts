import { expect, test } from "vitest";
import { retried } from "#modules/registry/src/retry.ts";

/** Tries `answers` in order, the last one for ever, each taking `takes` milliseconds of a clock that stands still else. */
async function waitsFor(
  answers: readonly string[],
  {
    deadline = 120,
    random = 1,
    takes = 0,
    wanted = 0,
  }: Partial<Record<"deadline" | "random" | "takes" | "wanted", number>>,
) {
  let time = 0;
  let tries = 0;
  const waits: number[] = [];
  const answer = await retried(
    {
      attempt: async () => {
        time += takes;
        tries += 1;
        return answers[tries - 1] ?? answers.at(-1) ?? "";
      },
      mayPass: (each) => each === "503",
      wanted: async () => wanted,
    },
    deadline,
    {
      now: () => time,
      random: () => random,
      wait: async (milliseconds) => {
        waits.push(milliseconds);
        time += milliseconds;
      },
    },
  );
  return { answer, waits };
}

test("what does not pass by itself is answered at once", async () => {
  expect(await waitsFor(["403", "200"], {})).toEqual({ answer: "403", waits: [] });
});

test("the waits double up to 30 s, and end before the deadline", async () => {
  const { answer, waits } = await waitsFor(["503"], { deadline: 120 });
  expect(answer).toBe("503");
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test("each wait is a random share of that", async () => {
  expect((await waitsFor(["503", "503", "200"], { random: 0.25 })).waits).toEqual([250, 500]);
});

test("a server is left alone for at least as long as it wants, or not asked again", async () => {
  expect(await waitsFor(["503", "200"], { wanted: 20 })).toEqual({ answer: "200", waits: [21_000] });
  expect(await waitsFor(["503", "200"], { wanted: 3600 })).toEqual({ answer: "503", waits: [] });
});

test("the deadline counts from the first failure, and 0 allows one attempt", async () => {
  expect((await waitsFor(["503", "200"], { takes: 500_000 })).answer).toBe("200");
  expect(await waitsFor(["503", "200"], { deadline: 0 })).toEqual({ answer: "503", waits: [] });
});
