/** What is measured against its limit. */
export interface Budget {
  readonly name: string;
  /** Seconds measured; absent where the arm was left out. */
  readonly measured: number | undefined;
  /** Seconds allowed are `factor` × `of` + `plus`. */
  readonly factor: number;
  readonly of: number | undefined;
  readonly plus?: number | undefined;
}

/** A budget with its outcome: how many times the allowance was used, at most 1 when kept. */
export interface Judged {
  readonly name: string;
  readonly measured?: number;
  readonly allowed?: number;
  readonly used?: number;
  readonly outcome: "kept" | "missed" | "not measured";
}

/** Judges a budget by the unrounded figures. */
export function judged({ name, measured, factor, of, plus = 0 }: Budget): Judged {
  const allowed = of === undefined ? undefined : factor * of + plus;
  const known = {
    name,
    ...(measured === undefined ? {} : { measured }),
    ...(allowed === undefined ? {} : { allowed }),
  };
  if (measured === undefined || allowed === undefined) return { ...known, outcome: "not measured" };
  const used = measured / allowed;
  return { ...known, used, outcome: used <= 1 ? "kept" : "missed" };
}
