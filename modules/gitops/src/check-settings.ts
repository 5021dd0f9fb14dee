import { codedError, shown } from "./errors.ts";

/** Fails with ARGUMENT_INVALID on a format of signatures that is not known, and on a user name that no server has. */
export function checkSettings(username: string, signingFormat: string): void {
  if (signingFormat !== "ssh" && signingFormat !== "openpgp") {
    throw codedError(
      "ARGUMENT_INVALID",
      `signing-format: ${shown(signingFormat)} is not a known format`,
      "Set it to ssh or openpgp.",
    );
  }
  if (username !== "" && !/^[^\p{Cc}]+$/u.test(username)) {
    throw codedError(
      "ARGUMENT_INVALID",
      "username: it contains control characters",
      "Remove them, for example a line break at its end.",
    );
  }
}
