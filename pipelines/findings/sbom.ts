/** A package as an SBOM lists it. */
export interface Package {
  /** The type of its package URL: pypi, deb, npm; empty if it has no type. */
  readonly type: string;
  readonly name: string;
  /** Empty if it has no version. */
  readonly version: string;
  /** Expressions or free text, in order; all of them apply. Empty if the SBOM names no license. */
  readonly licenses: readonly string[];
}
/** The subject of an SBOM, and its packages. */
export interface Sbom {
  readonly format: "SPDX" | "CycloneDX" | "Syft";
  /** The thing that it describes. */
  readonly subject: string;
  /** The packages, without the described thing itself and without single files. */
  readonly packages: readonly Package[];
}
