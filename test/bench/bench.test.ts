import { expect, test } from "vitest";
import { judged } from "./budget.ts";
import { containersOf, isModuleRuntime, readContainer } from "./container.ts";
import { bytesOf } from "./memory.ts";
import { readOptions } from "./options.ts";
import { pinsIn } from "./pins.ts";
import { readLoading, readScreen } from "./screen.ts";
import { spreadOf } from "./statistics.ts";
import { cpuOf, criticalPathOf, readToolTimes } from "./tool-times.ts";

test("the median of an even number of runs lies between the two in the middle", () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4, count: 4 });
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7, count: 1 });
  expect(spreadOf([])).toBeUndefined();
});

test("a budget is kept up to its limit, and not judged without figures", () => {
  expect(judged({ name: "a", measured: 12, factor: 1.2, of: 10 })).toMatchObject({
    outcome: "kept",
    used: 1,
  });
  expect(judged({ name: "a", measured: 12.001, factor: 1.2, of: 10 }).outcome).toBe("missed");
  expect(judged({ name: "a", measured: 20, factor: 1.5, of: 10, plus: 5 }).outcome).toBe("kept");
  expect(judged({ name: "a", measured: 20, factor: 1.5, of: undefined, plus: 5 }).outcome).toBe(
    "not measured",
  );
});

test("the critical path is the longest chain of tools that wait for each other, then the bump", () => {
  const times = readToolTimes(
    [
      "orders/venv 1.00 0.10 0.10 100",
      "orders/install 2.00 1.00 0.50 100",
      "orders/test 4.00 2.00 0.00 100",
      "orders/image 3.00 1.00 0.00 100",
      "orders/archive 1.00 1.00 0.00 100",
      "orders/sbom 2.50 1.00 0.00 100",
      "notifier/test 1.00 1.00 0.00 100",
      "scan 6.00 5.00 0.00 100",
      "bump/before 0.25 0.10 0.00 100",
      "bump/set 0.25 0.10 0.00 100",
      "",
    ].join("\n"),
  );
  expect(criticalPathOf(times)).toBeCloseTo(1 + 2 + 4 + 0.5);
  expect(cpuOf(times)).toBeCloseTo(12.9);
  expect(() => readToolTimes("Command terminated by signal 9")).toThrow("TIMES_UNREADABLE");
});

const bundle = (args: readonly string[], cwd = "/") =>
  readContainer(JSON.stringify({ process: { args, cwd } }));

test("a container is told by its bundle, without the engine's own first process", () => {
  expect(bundle(["/.init", "ruff", "check"], "/src/services/orders")).toEqual({
    command: "ruff check",
    folder: "/src/services/orders",
  });
  expect(bundle(["redis-server"])?.command).toBe("redis-server");
  expect(readContainer('{"process": {"args": [')).toBeUndefined();
  expect(readContainer("{}")).toBeUndefined();
});

test("what belongs to a service is found by its folder or its name, and a module's runtime is no tool", () => {
  const started = [
    { command: "ruff check", folder: "/src/services/orders" },
    { command: "syft scan --source-name=notifier", folder: "/" },
    { command: "trivy image", folder: "/input" },
    { command: "bun /src/entrypoint.ts", folder: "/src" },
  ];
  expect(containersOf(["notifier"], started)).toEqual([started[1]]);
  expect(started.filter(isModuleRuntime)).toEqual([started[3]]);
});

test("memory is that of the roots and all below them, each process once", () => {
  const all = new Map([
    [1, { parent: 0, bytes: 1 }],
    [2, { parent: 1, bytes: 10 }],
    [3, { parent: 2, bytes: 100 }],
    [4, { parent: 1, bytes: 1000 }],
  ]);
  expect(bytesOf([2], all)).toBe(110);
  expect(bytesOf([2, 3, 99], all)).toBe(110);
});

test("the verdict's screen and the CLI's progress say how long what took", () => {
  const screen = [
    "✔ orders/lint                passed       11.5 s  no finding",
    "✔ orders/test                passed   1 min 38 s  25 tests, 100 % of lines covered",
    "– notifier/types             skipped              mypy is not configured here",
    "                                                  2026-11-21T09:56:25.198529888Z",
    "Passed: 16 checks, 1 skipped.",
  ].join("\n");
  expect(readScreen(screen)).toEqual([
    { name: "orders/lint", seconds: 11.5 },
    { name: "orders/test", seconds: 98 },
  ]);
  expect(readLoading("5   : load module: . DONE [1.4s]\n")).toBe(1.4);
  expect(readLoading("5   : load module: . DONE [1m2.5s]\n")).toBe(62.5);
});

test("the pins are those of the module, and a pin written otherwise is an error", () => {
  const text =
    'const pins = {\n  uv: "ghcr.io/a/uv:0.1.2",\n  ruff: "ghcr.io/a/ruff:3.4.5",\n  testTools: ["pytest==1", "mypy==2"],\n};';
  expect(pinsIn(text)).toEqual({ uv: "0.1.2", ruff: "3.4.5", testTools: ["pytest==1", "mypy==2"] });
  expect(() => pinsIn("const pins = {};")).toThrow("PIN_NOT_FOUND");
});

test("an unknown arm is refused, and a quick run leaves out what is cold", () => {
  expect(() => readOptions(["--arm", "docker"])).toThrow("OPTION_INVALID");
  expect(readOptions(["--help"])).toBeUndefined();
  expect(readOptions(["--quick"])).toMatchObject({
    arms: ["script", "slipway", "nothing"],
    runs: { cold: 0 },
  });
});
