import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** A folder for PATH whose `dagger` is the real one, timed. */
export interface TimedDagger {
  readonly folder: string;
  /** How long its calls of functions took together, in seconds. */
  called(): Promise<number>;
}

/** Makes one that notes its times in the same folder, an empty one. */
export async function timedDagger(folder: string): Promise<TimedDagger> {
  const real = process.env._EXPERIMENTAL_DAGGER_CLI_BIN ?? "dagger";
  const times = join(folder, "times");
  const script = `#!/bin/sh
begun=$(date +%s%N)
'${real}' "$@"
code=$?
[ "$1" != call ] || echo $(($(date +%s%N) - begun)) >>'${times}'
exit $code
`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "dagger"), script);
  await chmod(join(folder, "dagger"), 0o755);
  return {
    folder,
    called: async () =>
      (await readFile(times, "utf8"))
        .trim()
        .split("\n")
        .reduce((sum, nanoseconds) => sum + Number(nanoseconds) / 1e9, 0),
  };
}
