import { partsOf } from "#pipelines/errors/errors.ts";

/** `wrong` prevents ci or a release from working; `advice` is a possible improvement; `ok` needs no change. */
export type Grade = "wrong" | "advice" | "ok";

/** The result of one examination. */
export interface Diagnosis {
  readonly grade: Grade;
  /** The subject: a file, a service, `release`, `git`. */
  readonly about: string;
  /** The fact that was found, in one line. */
  readonly text: string;
  /** The action to take; absent if there is nothing to do. */
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

/** The diagnosis of one of Slipway's own errors, which has its own remedy. Throws any other error again. */
export function wrongBy(about: string, error: unknown): Diagnosis {
  const parts = partsOf(error);
  if (parts === undefined) throw error;
  return wrong(about, `${parts.code}: ${parts.what}`, parts.remedy);
}
