import { clean, explain, major, minor, patch } from "@renovatebot/pep440";
import parseSemver from "semver/functions/parse.js";
import isSemver from "semver/functions/valid.js";

/** A version in its parts, for a rule's pattern. */
export interface ReleaseVersion {
  readonly raw: string;
  readonly version: string;
  readonly major: string;
  readonly minor: string;
  readonly patch: string;
  /**
   * Whether it is a final release: not a pre-release, and in PEP 440 also not a post-release or development
   * release.
   */
  readonly isFinal: boolean;
}

/** Reads a version of https://semver.org, with or without a leading v; undefined if it is not one. */
export function semverOf(text: string): ReleaseVersion | undefined {
  const parsed = isSemver(text) === null ? null : parseSemver(text);
  if (parsed === null) return undefined;
  return {
    raw: parsed.raw,
    version: parsed.version,
    major: String(parsed.major),
    minor: String(parsed.minor),
    patch: String(parsed.patch),
    isFinal: parsed.prerelease.length === 0,
  };
}

/** Reads a version of PEP 440; undefined if it is not one. */
export function pep440Of(text: string): ReleaseVersion | undefined {
  const parsed = explain(text);
  const version = clean(text);
  if (parsed === null || version === null) return undefined;
  return {
    raw: text,
    version,
    major: String(major(text)),
    minor: String(minor(text)),
    patch: String(patch(text)),
    isFinal: !parsed.is_prerelease && !parsed.is_postrelease && !parsed.is_devrelease,
  };
}

/** Whether a version comes before a release: a pre-release or a development release. */
export function isPrerelease(text: string): boolean {
  const semver = semverOf(text);
  if (semver !== undefined) return !semver.isFinal;
  const pep440 = explain(text);
  return pep440 !== null && (pep440.is_prerelease || pep440.is_devrelease);
}
