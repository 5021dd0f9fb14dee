import type { UpdateResult } from "#pipelines/release/gitops/gitops-update.ts";
import { secondsText } from "#pipelines/text/format.ts";
import type { ConfirmedEnvironment } from "./await.ts";
import { type Confirmation, queryText } from "./confirm.ts";
import { shortImage } from "./image.ts";
import type { Promotion } from "./promote.ts";
import type { Rollback } from "./rollback.ts";
import type { ArrivedEnvironment } from "./wait.ts";

/** Shows an environment that runs what Git wishes. */
export function arrivedScreen(arrived: ArrivedEnvironment): string {
  return `\n${arrivedLines(arrived).join("\n")}\n`;
}

/** Shows an environment that is confirmed. */
export function confirmedScreen({ arrived, confirmation }: ConfirmedEnvironment): string {
  return `\n${[...arrivedLines(arrived), ...confirmedLines(confirmation)].join("\n")}\n`;
}

/** Shows a promotion. */
export function promotionScreen({ from, updates, to, confirmation }: Promotion): string {
  const done = updates.length === 0 ? [updateLine(undefined)] : updates.map(updateLine);
  const end = confirmation === undefined ? [] : confirmedLines(confirmation);
  const lines = [`${from.environment} runs what is promoted.`, ...done, ...arrivedLines(to), ...end];
  return `\n${lines.join("\n")}\n`;
}

/** Shows a rollback. */
export function rollbackScreen({ target, update, left, to }: Rollback): string {
  const heading = `${to.environment} has the images of commit ${target.slice(0, 12)} again.`;
  const rest = left.length === 0 ? [] : [`Left as they are: ${left.map(shortImage).join(", ")}.`];
  return `\n${[heading, updateLine(update), ...rest, ...arrivedLines(to)].join("\n")}\n`;
}

function confirmedLines({ environment, queries, seconds }: Confirmation): readonly string[] {
  const lines = queries.map((each) => `  ${queryText(each)}`);
  return [`${environment} is confirmed, after ${secondsText(seconds)}.`, ...lines];
}

function updateLine(update: UpdateResult | undefined): string {
  if (update === undefined) return "Nothing to commit: all images are set already.";
  const { outcome, commit, detail } = update;
  return outcome === "committed" ? `Committed ${commit}: ${detail}` : `Nothing to commit: ${detail}`;
}

function arrivedLines({
  environment,
  commit,
  applications,
  images,
  seconds,
}: ArrivedEnvironment): readonly string[] {
  const looked = images.filter(({ digest }) => digest !== undefined);
  const others = images.filter(({ digest }) => digest === undefined);
  const idle = looked.filter(({ runs }) => !runs);
  return [
    `${environment} runs commit ${commit}, after ${secondsText(seconds)}.`,
    ...applications.map(({ name, revision }) => `  ${name}: synced to ${revision.slice(0, 12)}, healthy`),
    ...looked.filter(({ runs }) => runs).map((image) => `  ${shortImage(image)} runs`),
    ...idle.map((image) => `  ${shortImage(image)} is set, and no Pod runs it at present`),
    ...others.map((image) => `  ${shortImage(image)}: has no digest, so nothing was compared`),
  ];
}
