import type { Request } from "#pipelines/request.ts";
import { envFile, readEnvFile } from "#pipelines/source/env-file.ts";
import { advice, type Diagnosis } from "./diagnosis.ts";

/** Warns of a `.env` that a plain `dagger call` in the source would read. A wrapper's call never does. */
export async function diagnoseEnvFile({ source }: Pick<Request, "source">): Promise<readonly Diagnosis[]> {
  const text = await readEnvFile(source);
  return text === undefined ? [] : [judgeEnvFile(text)];
}

/** Names the first line that dagger cannot read, because then no call in this folder works. */
export function judgeEnvFile(text: string): Diagnosis {
  const at = text.split("\n").findIndex(isUnreadable);
  const remedy = "Call through ci/call.sh, or from an empty folder with absolute paths.";
  const what =
    at < 0
      ? "a plain dagger call in this folder reads it, with variables of your environment"
      : `line ${at + 1} is not in dagger's format, so that every plain dagger call in this folder fails and prints the line`;
  return advice(envFile, what, remedy);
}

/** Lines of everyday files that dagger refuses: other words before the name, spaces around `=`, an open quote. */
function isUnreadable(line: string): boolean {
  const trimmed = line.trim();
  if (trimmed === "" || trimmed.startsWith("#")) return false;
  const value = /^[A-Za-z_][A-Za-z0-9_.]*=(.*)$/s.exec(trimmed)?.[1];
  if (value === undefined) return true;
  const quotes = value.replace(/\\./g, "").replace(/"[^"]*"|'[^']*'/g, "");
  return /["']/.test(quotes);
}
