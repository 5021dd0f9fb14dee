/** A fault of an object, as a person reads it. */
export interface RolloutFault {
  /** The rule's id, for waivers. */
  readonly rule: string;
  /** The kind and name of the object. */
  readonly object: string;
  /** What is wrong, and what follows from it. */
  readonly what: string;
  readonly remedy: string;
}
