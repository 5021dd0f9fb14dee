import { kindOf, lastError, type Ran } from "./crane-errors.ts";
import { codedError } from "./errors.ts";

/**
 * The error for a run of crane that failed.
 *
 * @param doing what crane had to do and on what, e.g. `push of NAME@DIGEST`
 */
export function refusal(doing: string, ran: Ran): Error {
  const said = lastError(ran);
  const failed = `The ${doing} failed: ${said}`;
  switch (kindOf(ran)) {
    case "absent":
      return codedError(
        "IMAGE_NOT_FOUND",
        failed,
        "Push the image to that repository first, and use the digest that `push` returns.",
      );
    case "taken":
      return codedError("TAG_TAKEN", failed, "Release under another version: a version's tag does not move.");
    case "denied":
      return codedError(
        "REGISTRY_DENIED",
        failed,
        "Pass a login that may do this there: --username and --password, of a release --registry-… or --replica-….",
      );
    case "full":
      return codedError(
        "REGISTRY_FULL",
        failed,
        "Free space in the registry or raise its quota, then run the call again.",
      );
    case "refused":
      return codedError(
        "REGISTRY_REFUSED",
        failed,
        "Correct the cause that the registry names, then run the call again.",
      );
    case "untrusted":
      return codedError(
        "REGISTRY_UNTRUSTED",
        failed,
        "Pass the CA of the registry's certificate as --ca (of a release: --registry-ca or --replica-ca). Renew the certificate if it has expired.",
      );
    case "throttled":
    case "passing":
    case "nowhere":
      return codedError(
        "REGISTRY_UNREACHABLE",
        ran.exitCode === 124 || ran.exitCode === 143 ? `The ${doing} got no answer in time` : failed,
        "Check that the registry runs and that the engine can reach it, then run the call again. Nothing is sent twice.",
      );
    case "broken":
      return codedError(
        "TOOL_FAILED",
        `${failed} (exit code ${ran.exitCode})`,
        "Correct the cause that crane names, then run the call again.",
      );
  }
}
