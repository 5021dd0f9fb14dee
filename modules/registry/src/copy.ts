import { output, run } from "./crane.ts";
import { kindOf } from "./crane-errors.ts";
import { digestOf } from "./digest.ts";
import { codedError } from "./errors.ts";
import { evidenceTags, subjects } from "./referrers.ts";
import { refusal } from "./refusal.ts";
import type { Settings } from "./settings.ts";
import type { Reached } from "./tool.ts";

/** Copies an image and what cosign stores beside it, and compares. See `Registry.copy`. */
export async function copied(settings: Settings, from: Reached, to: Reached, digest: string): Promise<void> {
  const evidence = await evidenceOf(settings, from, digest);
  await place(settings, from, to, digest, `${to.at.name}@${digest}`);
  // After the image: its signatures must not exist before it does.
  await Promise.all(
    evidence.map(({ tag, digest: said }) => place(settings, from, to, said, `${to.at.name}:${tag}`)),
  );
}

interface Evidence {
  readonly tag: string;
  readonly digest: string;
}

async function evidenceOf(settings: Settings, from: Reached, digest: string): Promise<Evidence[]> {
  const { name } = from.at;
  const reference = `${name}@${digest}`;
  const call = { reached: [from], reference, sends: false };
  const [manifest, tags] = await Promise.all([
    output(settings, `look-up of ${reference}`, { ...call, args: ["manifest", reference] }),
    tagsOf(settings, from, reference),
  ]);
  return Promise.all(
    evidenceTags(tags, subjects(digest, manifest)).map(async (tag) => ({
      tag,
      digest: await digestOf(settings, from, `${name}:${tag}`),
    })),
  );
}

/**
 * Returns all tags of a repository, each on a line. Some registries do not know a repository that has images and no
 * tag.
 */
async function tagsOf(settings: Settings, from: Reached, reference: string): Promise<string> {
  const doing = `listing of the tags of ${from.at.name}`;
  const args = ["ls", from.at.name];
  const ran = await run(settings, { args, reached: [from], reference, sends: false });
  if (ran.exitCode === 0) return ran.stdout;
  if (kindOf(ran) === "absent") return "";
  throw refusal(doing, ran);
}

/** Copies one manifest with everything below it, and checks that the other registry has it. */
async function place(
  settings: Settings,
  from: Reached,
  to: Reached,
  digest: string,
  reference: string,
): Promise<void> {
  const source = `${from.at.name}@${digest}`;
  if ((await digestOf(settings, to, reference)) === digest) return;
  const reached = from.at.registry === to.at.registry ? [from] : [from, to];
  const call = { reached, reference, sends: true };
  await output(settings, `copy of ${source} to ${reference}`, { ...call, args: ["copy", source, reference] });
  const there = await digestOf(settings, to, reference);
  if (there === digest) return;
  throw codedError(
    "COPY_DIFFERS",
    `${reference} is ${there || "missing"} after the copy of ${source}`,
    "Check who else writes to that repository, then run the call again.",
  );
}
