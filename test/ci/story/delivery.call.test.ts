import { expect, test } from "vitest";
import { ended } from "../../../ci/program.ts";

/** The lines of the screen that must come in this order: what a person reads of the story. */
const told = [
  /━━ 1\. A commit is released, and staging runs it/,
  /^Released: [0-9a-f]{40}\./m,
  /^staging runs commit [0-9a-f]{40}, after /m,
  /━━ 2\. It goes to production in two waves/,
  /wave 2 of 2: us/,
  /^eu is confirmed, after .*\n {2}error rate: \d+ values from 0\.001 to 0\.001$/m,
  /^us is confirmed, after /m,
  /━━ 3\. A bad release/,
  /CONFIRMATION_FAILED: eu is not confirmed .*error rate: 0\.2 is more than 0\.01; eu was rolled back, .*; not begun: us/,
  /━━ 4\. eu is held/,
  /PROMOTION_REFUSED: eu is held: prices are wrong \(until \S+ \S+ UTC, by ada\)/,
  /━━ 5\. The fix is released and promoted/,
  /^us is confirmed, after /m,
  /━━ 6\. What runs where, and who did what/,
  /^✔ staging runs commit /m,
  /^✔ eu runs commit /m,
  /^✔ us runs commit /m,
];

test("the story of docs/deliver.md plays to its end", async () => {
  const { exitCode, log } = await ended("npx", ["tsx", "ci/run.ts", "deliver"], { cwd: process.cwd() });
  let at = 0;
  for (const line of told) {
    const found = line.exec(log.slice(at));
    expect(
      found,
      `${line} after:\n${log.slice(Math.max(0, at - 500), at)}\n… ${log.slice(-3000)}`,
    ).not.toBeNull();
    at += (found?.index ?? 0) + 1;
  }
  expect(log).not.toMatch(/^\d+ *: /m);
  expect(exitCode).toBe(0);
});
