import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";

const cost = z.object({
  found: z.number(),
  merged: z.number(),
  cpu: z.number(),
  memory: z.number(),
  sizes: z.record(z.string(), z.number()),
});

test("100,000 findings are merged and rendered in bounded computing and 1 GiB", async () => {
  const args = ["--import", "tsx", "test/pipelines/reports/many-findings.ts"];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e6 });
  const { found, merged, cpu, memory, sizes } = cost.parse(JSON.parse(stdout));
  expect(found).toBe(100_000);
  expect(merged).toBe(75_000);
  // 5 to 10 s were seen; with the square of the findings it would be hours.
  expect(cpu).toBeLessThan(60);
  expect(memory).toBeLessThan(2 ** 30);
  expect(sizes.page).toBeLessThan(20e6);
});
