import { SlipwayError } from "#pipelines/errors/errors.ts";

/** A file of the service (pyproject.toml, setup.cfg, .python-version, requirements) is malformed or asks for what is not there. */
export function projectInvalid(what: string, remedy: string): SlipwayError {
  return new SlipwayError("PROJECT_INVALID", what, remedy);
}

/** The service's dependencies stand only in a file that cannot be installed from yet. */
export function dependenciesUnsupported(what: string, remedy: string): SlipwayError {
  return new SlipwayError("DEPENDENCIES_UNSUPPORTED", what, remedy);
}
