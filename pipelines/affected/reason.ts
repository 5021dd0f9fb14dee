/** The reasons why a change affects a service, in the order in which they are listed. */
export const affectedReasons = [
  "own path",
  "library",
  "lock file",
  "dependencies",
  "image context",
  "test files",
  "settings",
  "overlay",
  "configuration",
  "unknown file",
  "not planned",
  "no base",
] as const;

export type AffectedReason = (typeof affectedReasons)[number];

/** One reason why a service is affected, with the files that cause it. */
export interface Touch {
  readonly reason: AffectedReason;
  /** The first of the files, relative to the repository; absent if no file is the cause. */
  readonly path?: string;
  /** The number of files. */
  readonly files: number;
}

/** Reasons by service, collected one by one. */
export class Touches {
  readonly #found = new Map<string, Map<AffectedReason, Touch>>();

  /** Records that a file affects a service. */
  add(service: string, reason: AffectedReason, path?: string): void {
    const own = this.#found.get(service) ?? new Map<AffectedReason, Touch>();
    const before = own.get(reason) ?? { reason, ...(path !== undefined && { path }), files: 0 };
    own.set(reason, { ...before, files: before.files + (path === undefined ? 0 : 1) });
    this.#found.set(service, own);
  }

  /** Lists the reasons of a service; empty if nothing affects it. */
  of(service: string): readonly Touch[] {
    const own = this.#found.get(service);
    return affectedReasons.flatMap((reason) => own?.get(reason) ?? []);
  }
}
