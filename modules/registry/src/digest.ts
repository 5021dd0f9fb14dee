import { run, sideBySide } from "./crane.ts";
import { kindOf } from "./crane-errors.ts";
import { codedError, shown } from "./errors.ts";
import { isDigest } from "./image-grammar.ts";
import { refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import type { Reached } from "./tool.ts";

/**
 * Returns crane's output for a reference; undefined if the registry does not have it. Fails as `Registry.digest`
 * does.
 */
export async function asked(
  settings: Settings,
  reached: Reached,
  verb: "digest" | "manifest",
  reference: string,
): Promise<string | undefined> {
  const call = { args: [verb, reference], reached: [reached], reference, sends: false };
  const ran = await run(settings, call);
  if (ran.exitCode === 0) return ran.stdout;
  if (kindOf(ran) === "absent") return undefined;
  throw refusal(`look-up of ${reference}`, ran);
}

/** The digest of a reference; empty if the registry does not have it. Fails as `Registry.digest` does. */
export async function digestOf(settings: Settings, reached: Reached, reference: string): Promise<string> {
  const said = await asked(settings, reached, "digest", reference);
  return said === undefined ? "" : digestIn(said, reference);
}

/** A reference, and the registry to ask. */
export interface Sought {
  readonly reached: Reached;
  readonly reference: string;
}

/** The same for several references, with one container. A call that fails in it is repeated alone. */
export async function digestsOf(settings: Settings, sought: readonly Sought[]): Promise<string[]> {
  const registries = new Map(sought.map(({ reached }) => [reached.at.registry, reached]));
  const references = sought.map(({ reference }) => reference);
  const answers = await sideBySide(settings, [...registries.values()], references);
  return Promise.all(
    sought.map(async ({ reached, reference }, at) => {
      const ran = answers[at];
      if (ran?.exitCode === 0) return digestIn(ran.stdout, reference);
      return ran !== undefined && kindOf(ran) === "absent" ? "" : digestOf(settings, reached, reference);
    }),
  );
}

function digestIn(said: string, reference: string): string {
  const digest = said.trim();
  if (isDigest(digest)) return digest;
  throw codedError(
    "REPORT_MALFORMED",
    `The look-up of ${reference} returned ${shown(digest)}, which is not a digest`,
    "Check that the address is that of a registry, and not of a proxy or a login page.",
  );
}
