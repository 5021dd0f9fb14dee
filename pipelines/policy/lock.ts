import { type Lock, lockFile } from "#pipelines/lock/lock.ts";
import { sha256Of } from "#pipelines/text/digest.ts";
import { listText } from "#pipelines/text/list.ts";
import type { Weakening } from "./weakening.ts";

/** Compares the digests of the images that the checks run in. Whoever sets one sets the program that judges. */
export function changedLock(base: Lock, change: Lock): readonly Weakening[] {
  const names = [...new Set([...base.keys(), ...change.keys()])].sort();
  const changed = names.filter((name) => base.get(name) !== change.get(name));
  if (changed.length === 0) return [];
  const images = JSON.stringify(changed.map((name) => [name, change.get(name)]));
  const text = `other digests than on the base${listText(changed)}`;
  return [{ subject: lockFile, text, content: sha256Of(images), ...(change.size > 0 && { path: lockFile }) }];
}
