import { partsOf } from "#pipelines/errors/errors.ts";

/** `wrong` keeps ci or a release from working; `advice` is what would be better; `ok` was looked at and is well. */
export type Grade = "wrong" | "advice" | "ok";

/** One thing that was looked at. */
export interface Diagnosis {
  readonly grade: Grade;
  /** What it is about: a file, a service, `release`, `git`. */
  readonly about: string;
  /** What was found, in one line. */
  readonly text: string;
  /** What to do about it; not where it is well. */
  readonly remedy?: string;
}

export function wrong(about: string, text: string, remedy: string): Diagnosis {
  return { grade: "wrong", about, text, remedy };
}

export function advice(about: string, text: string, remedy: string): Diagnosis {
  return { grade: "advice", about, text, remedy };
}

export function ok(about: string, text: string): Diagnosis {
  return { grade: "ok", about, text };
}

/** What Slipway's own error says, which names its remedy itself; any other error is thrown on. */
export function wrongBy(about: string, error: unknown): Diagnosis {
  const parts = partsOf(error);
  if (parts === undefined) throw error;
  return wrong(about, `${parts.code}: ${parts.what}`, parts.remedy);
}
