/** Why a change touches a service, in the order that a service's reasons are listed. */
export const affectedReasons = [
  "own path",
  "library",
  "lock file",
  "dependencies",
  "image context",
  "settings",
  "overlay",
  "configuration",
  "unknown file",
  "not planned",
  "no base",
] as const;

export type AffectedReason = (typeof affectedReasons)[number];

/** One reason that a service is affected for, with the files that it comes from. */
export interface Touch {
  readonly reason: AffectedReason;
  /** The first of the files, relative to the repository; absent where no file is to blame. */
  readonly path?: string;
  /** How many files there are. */
  readonly files: number;
}

/** Reasons by services, gathered one by one. */
export class Touches {
  readonly #found = new Map<string, Map<AffectedReason, Touch>>();

  /** Notes that a file touches a service. */
  add(service: string, reason: AffectedReason, path?: string): void {
    const own = this.#found.get(service) ?? new Map<AffectedReason, Touch>();
    const before = own.get(reason) ?? { reason, ...(path !== undefined && { path }), files: 0 };
    own.set(reason, { ...before, files: before.files + (path === undefined ? 0 : 1) });
    this.#found.set(service, own);
  }

  /** Lists a service's reasons; none where nothing touches it. */
  of(service: string): readonly Touch[] {
    const own = this.#found.get(service);
    return affectedReasons.flatMap((reason) => own?.get(reason) ?? []);
  }
}
