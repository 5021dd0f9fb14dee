import { appendFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cached } from "../../../ci/engine/cache.ts";

/** `tsx cache-worker.ts BUILDS MS`: asks for one entry that takes MS to build; a line in BUILDS for each build. */
const [, , builds = "", duration = ""] = process.argv;
const entry = await cached("worker", { name: "entry" }, async (dir) => {
  await writeFile(join(dir, "first"), "1");
  appendFileSync(builds, `${process.pid}\n`);
  await sleep(Number(duration));
  await writeFile(join(dir, "last"), "2");
});
process.stdout.write(entry);
