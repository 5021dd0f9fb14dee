import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { step } from "../../../ci/engine/progress.ts";

let folder = "";
let lines = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-progress-"));
  lines = join(folder, "lines");
  vi.stubEnv("SLIPWAY_CACHE", folder);
  vi.stubEnv("SLIPWAY_PROGRESS_FILE", lines);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const said = () => readFileSync(lines, "utf8").trimEnd().split("\n");

describe("a step", () => {
  test("says when it starts and when it ends, with the time, and keeps the tool's lines to its log", async () => {
    let log = "";
    const result = await step("counting", async ({ file, run }) => {
      log = file;
      return run("sh", ["-c", "echo out; echo err >&2"]);
    });
    expect(result).toBe("out\n");
    expect(said()).toEqual(["▸ counting …", expect.stringMatching(/^✔ counting: \d+\.\d s$/)]);
    expect(readFileSync(log, "utf8")).toMatch(/out[\s\S]*err|err[\s\S]*out/);
  });

  test("that fails shows the last lines of its log, where it is, and passes the error on", async () => {
    const failing = step("breaking", ({ run }) => run("sh", ["-c", "echo the reason >&2; exit 3"]));
    await expect(failing).rejects.toThrow(/^TOOL_FAILED: .*exit code 3/);
    expect(said()).toContain("  │ the reason");
    expect(said().at(-1)).toMatch(/^ {2}whole log: .*breaking\.log$/);
  });

  test("that lasts says so every 15 seconds", async () => {
    vi.useFakeTimers();
    const lasting = step("waiting", () => new Promise<void>((resolve) => setTimeout(resolve, 40_000)));
    await vi.advanceTimersByTimeAsync(40_000);
    await lasting;
    expect(said().filter((line) => line.startsWith("  waiting … "))).toHaveLength(2);
  });
});
