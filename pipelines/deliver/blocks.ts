import type { Freeze } from "#pipelines/config/freeze.ts";
import { type ActiveFreeze, freezeAt, freezeText } from "./freeze.ts";
import type { RecordedEntry } from "./record/chain.ts";
import { type Hold, holdIn, holdText } from "./record/holding.ts";

/** What keeps promotions from an environment. */
export interface Blocks {
  readonly hold?: Hold;
  readonly freeze?: ActiveFreeze;
}

/** @param entries those of the environment, in their order. */
export async function blocksOf(
  freezes: readonly Freeze[],
  entries: readonly RecordedEntry[],
): Promise<Blocks> {
  const now = new Date();
  const hold = holdIn(entries, now);
  const freeze = await freezeAt(freezes, now);
  return { ...(hold !== undefined && { hold }), ...(freeze !== undefined && { freeze }) };
}

/** A line for each. */
export function blockLines({ hold, freeze }: Blocks): readonly string[] {
  return [
    ...(hold === undefined ? [] : [`  held: ${holdText(hold)}`]),
    ...(freeze === undefined ? [] : [`  frozen: ${freezeText(freeze)}`]),
  ];
}
