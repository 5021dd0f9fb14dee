import { mkdir, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { $ } from "zx";
import type { CaseName, Run } from "./arm.ts";
import { measured } from "./measured.ts";
import type { Pins } from "./pins.ts";
import { readToolTimes } from "./tool-times.ts";
import { databaseFolder, gatherTools, kubernetes, postgresPrograms, schemasFolder } from "./tools.ts";
import type { Workplace } from "./workplace.ts";

const program = fileURLToPath(new URL("script.sh", import.meta.url));

/** The raw arm: script.sh, ready to run. */
export interface Script {
  run(the: {
    readonly case: CaseName;
    readonly services: readonly string[];
    readonly registry: string;
    /** Tools at a time; as many as there are cores by default. */
    readonly jobs?: number;
  }): Promise<Run>;
}

/** Gets the script's tools and folders ready. Fails as `gatherTools` does. */
export async function openScript({ folder, shop }: Workplace, pins: Pins): Promise<Script> {
  const at = (name: string) => join(folder, "script", name);
  await gatherTools(at("tools"), pins);
  await mkdir(at("database/db"), { recursive: true });
  const archive = join(await databaseFolder(), "db.tar.gz");
  await $({ quiet: true })`tar -xzf ${archive} -C ${at("database/db")}`;
  const env = {
    SHOP: shop,
    KEEP: at("keep"),
    OUT: at("out"),
    TOOLS: at("tools"),
    DATABASE: at("database"),
    // The version that the shop's services ask for, and that their images hold.
    PYTHON: "/usr/bin/python3.11",
    TEST_TOOLS: pins.testTools.join(" "),
    POSTGRES: postgresPrograms,
    SCHEMAS: await schemasFolder(),
    KUBERNETES: `${kubernetes}.0`,
  };
  return {
    async run({ services, registry, jobs = availableParallelism(), ...rest }) {
      await rm(at("out"), { recursive: true, force: true });
      if (rest.case === "cold") await rm(at("keep"), { recursive: true, force: true });
      const { seconds, peakBytes } = await measured({
        command: "bash",
        args: [program, ...services],
        cwd: shop,
        env: { ...env, REGISTRY: registry, JOBS: String(jobs) },
      });
      const tools = readToolTimes(await readFile(at("out/times"), "utf8"));
      return { arm: "script", case: rest.case, seconds, peakBytes, tools };
    },
  };
}
