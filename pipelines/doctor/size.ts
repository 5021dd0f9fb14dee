import { countText } from "#pipelines/text/format.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, ok } from "./diagnosis.ts";

/** Source repositories of services have fewer files than this if they contain no generated files. */
const expected = 20_000;

export async function diagnoseSize({ facts }: Pick<LoadedSource, "facts">): Promise<readonly Diagnosis[]> {
  return [judgeSize(await facts.all())];
}

/** Names the largest folder if there are more files than expected, because each call uploads all of them. */
export function judgeSize(files: readonly string[]): Diagnosis {
  const count = countText(files.length, "file");
  if (files.length <= expected) return ok("source", count);
  const sizes = new Map<string, number>();
  for (const file of files) {
    const slash = file.indexOf("/");
    const top = slash < 0 ? "." : file.slice(0, slash);
    sizes.set(top, (sizes.get(top) ?? 0) + 1);
  }
  const [[largest, most]] = [...sizes].sort(
    (one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1),
  ) as [[string, number]];
  return advice(
    "source",
    `${count}, ${most} of them in ${largest}: each call uploads all of them`,
    "Move generated or vendored files out of the repository, or pass a smaller folder as --source.",
  );
}
