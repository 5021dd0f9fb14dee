import { kindOf, lastError, type Ran } from "./crane-errors.ts";
import { codedError } from "./errors.ts";

/**
 * The error for a run of crane that failed.
 *
 * @param doing what it was to do and on what, e.g. `push of NAME@DIGEST`
 */
export function refusal(doing: string, ran: Ran): Error {
  const said = lastError(ran);
  const failed = `The ${doing} failed: ${said}`;
  switch (kindOf(ran)) {
    case "absent":
      return codedError(
        "IMAGE_NOT_FOUND",
        failed,
        "Push the image to that repository first, and name it by the digest that push gave.",
      );
    case "taken":
      return codedError("TAG_TAKEN", failed, "Release under another version: a version's tag does not move.");
    case "denied":
      return codedError(
        "REGISTRY_DENIED",
        failed,
        "Give a username and a password that may do this in that repository.",
      );
    case "full":
      return codedError(
        "REGISTRY_FULL",
        failed,
        "Make room in the registry, or raise its quota, and run this again.",
      );
    case "refused":
      return codedError("REGISTRY_REFUSED", failed, "Mend what the registry says.");
    case "untrusted":
      return codedError(
        "REGISTRY_UNTRUSTED",
        failed,
        "Give the CA that the registry's certificate is from as ca; an expired certificate has to be renewed.",
      );
    case "throttled":
    case "passing":
    case "nowhere":
      return codedError(
        "REGISTRY_UNREACHABLE",
        ran.exitCode === 124 || ran.exitCode === 143 ? `The ${doing} got no answer in time` : failed,
        "See that the registry is up and can be reached from the engine, and run this again: what is there is not sent twice.",
      );
    case "broken":
      return codedError("TOOL_FAILED", `${failed} (exit code ${ran.exitCode})`, "See crane's own words.");
  }
}
