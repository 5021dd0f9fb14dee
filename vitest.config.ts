import { defineConfig } from "vitest/config";

const minute = 60_000;

/** Files share what they import: of a file's own second or two most is the SDK's. */
const shared = { isolate: false };

const engine = {
  globalSetup: ["test/engine.ts"],
  testTimeout: 20 * minute,
  hookTimeout: 20 * minute,
};

/** These start and stop engines and look at the machine's network: they come last, and one by one. */
const lonely = ["test/ci/engine/{lifecycle,platforms}.engine.test.ts"];

/** Two kinds of test, told apart by the file's ending; only the first runs without an engine. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["{test,pipelines}/**/*.test.ts"],
          exclude: ["**/*.engine.test.ts", "**/*.call.test.ts", "**/node_modules/**"],
          // For what hangs alone, however busy the machine is.
          testTimeout: 10 * minute,
          hookTimeout: 10 * minute,
        },
      },
      {
        test: {
          ...shared,
          ...engine,
          name: "engine",
          include: ["{test,pipelines}/**/*.{engine,call}.test.ts"],
          exclude: [...lonely, "**/node_modules/**"],
          // They wait for containers more than they work: with two, two cores were idle for a quarter of the time.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...engine,
          name: "ci",
          include: lonely,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
