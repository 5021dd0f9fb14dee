import { output, run } from "./crane.ts";
import { kindOf } from "./crane-errors.ts";
import { digestOf } from "./digest.ts";
import { codedError } from "./errors.ts";
import { refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import type { Reached } from "./tool.ts";

/** Tags an image and reads the tag back. See `Registry.tag`. */
export async function tagged(
  settings: Settings,
  reached: Reached,
  digest: string,
  tag: string,
  movable: boolean,
): Promise<"made" | "there" | "moved"> {
  const { name } = reached.at;
  const reference = `${name}:${tag}`;
  const before = await digestOf(settings, reached, reference);
  if (before === digest) return "there";
  if (before !== "" && !movable) throw taken(reference, before, digest);
  const doing = `tag ${reference} of ${digest}`;
  const call = { reached: [reached], reference, sends: false };
  if (movable) {
    await output(settings, doing, { ...call, args: ["tag", `${name}@${digest}`, tag] });
  } else {
    // One run checks whether the tag exists and sets it, so that the gap between them is as small as possible.
    const ran = await run(settings, {
      ...call,
      args: ["copy", "--no-clobber", `${name}@${digest}`, reference],
    });
    if (ran.exitCode !== 0 && kindOf(ran) !== "taken") throw refusal(doing, ran);
  }
  const after = await digestOf(settings, reached, reference);
  if (after === digest) return before === "" ? "made" : "moved";
  throw taken(reference, after, digest);
}

function taken(reference: string, there: string, wanted: string): Error {
  return codedError(
    "TAG_TAKEN",
    `${reference} is ${there || "missing after the push"}, not ${wanted}`,
    "Release under another version: a version's tag does not move.",
  );
}
