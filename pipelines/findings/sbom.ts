/** A package as an SBOM lists it. */
export interface Package {
  /** The type of its package URL: pypi, deb, npm; empty where it has none. */
  readonly type: string;
  readonly name: string;
  /** Empty where it has none. */
  readonly version: string;
  /** Expressions or free text, in order; all of them hold. None where nothing is said. */
  readonly licenses: readonly string[];
}
/** What an SBOM says of itself, and what it lists. */
export interface Sbom {
  readonly format: "SPDX" | "CycloneDX" | "Syft";
  /** What it describes. */
  readonly subject: string;
  /** Neither the described thing itself nor single files. */
  readonly packages: readonly Package[];
}
