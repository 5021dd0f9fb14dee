import { dag } from "@dagger.io/dagger";
import { coerce, lt } from "semver";
import { type Diagnosis, ok, wrong } from "./diagnosis.ts";

/** The oldest engine that Slipway runs on, as in dagger.json. */
export const leastEngine = "v0.19.10";

export async function diagnoseEngine(): Promise<readonly Diagnosis[]> {
  return [judgeEngine(await dag.version())];
}

/** @param version the version that the engine reports: v0.19.10, with a suffix for a custom build. */
export function judgeEngine(version: string): Diagnosis {
  const [own, least] = [coerce(version), coerce(leastEngine)];
  if (own !== null && least !== null && lt(own, least)) {
    return wrong(
      "engine",
      `Dagger ${version} is older than ${leastEngine}`,
      `Install Dagger ${leastEngine} or newer.`,
    );
  }
  return ok("engine", `Dagger ${version} (required: ${leastEngine} or newer)`);
}
