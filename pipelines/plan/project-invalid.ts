import { SlipwayError } from "#pipelines/errors/errors.ts";

/**
 * The error for a malformed file of a service (pyproject.toml, setup.cfg, .python-version, requirements), or one
 * that asks for something unavailable.
 */
export function projectInvalid(what: string, remedy: string): SlipwayError {
  return new SlipwayError("PROJECT_INVALID", what, remedy);
}

/** The error for dependencies that are declared only in a file from which Slipway cannot install. */
export function dependenciesUnsupported(what: string, remedy: string): SlipwayError {
  return new SlipwayError("DEPENDENCIES_UNSUPPORTED", what, remedy);
}
