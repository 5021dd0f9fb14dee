/** A fault of an object, as a person reads it. */
export interface RolloutFault {
  /** The rule's id, for waivers. */
  readonly rule: string;
  /** The kind, the namespace and the name of the object. */
  readonly object: string;
  /** The source file that a finding names. */
  readonly path: string;
  /** What is wrong, and what follows from it. */
  readonly what: string;
  readonly remedy: string;
}

/** A fault of an object that its finder does not name. */
export type Fault = Omit<RolloutFault, "object" | "path">;
