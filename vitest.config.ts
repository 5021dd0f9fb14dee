import { defineConfig } from "vitest/config";

const minute = 60_000;

/** Three kinds of test, told apart by the file's ending; only the first runs without an engine. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["**/*.engine.test.ts", "**/*.call.test.ts", "**/node_modules/**"],
        },
      },
      {
        test: {
          name: "engine",
          include: ["test/**/*.{engine,call}.test.ts"],
          globalSetup: ["test/engine.ts"],
          fileParallelism: false,
          testTimeout: 20 * minute,
          hookTimeout: 20 * minute,
        },
      },
    ],
  },
});
