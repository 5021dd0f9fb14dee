import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import type { Trivy } from "../modules/trivy/src/index.ts";
import { breakdown } from "./breakdown.ts";
import type { Scan } from "./config/config.ts";
import { codeOf, SlipwayError } from "./errors.ts";
import { windowOf } from "./window.ts";

/** A vulnerability database, ready for Trivy, and its date. */
export interface Database {
  readonly folder: Directory;
  /** When it was made, ISO 8601 in UTC. */
  readonly date: string;
}

const metadata = z.object({ Version: z.number(), UpdatedAt: z.iso.datetime({ offset: true }) });

/**
 * Gets Trivy's vulnerability database: the one handed in, else from the first repository that has it.
 *
 * @throws DATABASE_UNAVAILABLE; a scan without it would find nothing and seem clean.
 */
export async function database(
  trivy: Trivy,
  settings: Scan["database"],
  handedIn?: Directory,
): Promise<Database> {
  try {
    const folder =
      handedIn === undefined
        ? trivy.database([...settings.repositories], windowOf(settings.refresh))
        : await trivy.databaseFrom(handedIn);
    const { UpdatedAt } = metadata.parse(JSON.parse(await folder.file("db/metadata.json").contents()));
    return { folder, date: UpdatedAt };
  } catch (error) {
    if (codeOf(error) !== undefined) throw error;
    const where = handedIn === undefined ? settings.repositories.join(", ") : "the folder handed in";
    throw new SlipwayError(
      "DATABASE_UNAVAILABLE",
      `no vulnerability database could be had from ${where} (${breakdown(error).text})`,
      "Name a mirror under scan.database.repositories, or hand one in with --vulnerability-db.",
    );
  }
}
