import { codedError, shown } from "./errors.ts";

/** Where a repository is, as far as git has to be told. */
export interface Location {
  readonly url: string;
  readonly scheme: "http" | "https" | "ssh";
  /** The host's name, under which a service is bound. */
  readonly host: string;
}

const scpForm = /^(?:\w[\w.-]*@)?(\w[\w.-]*):(?!\/\/)[^\s]+$/;
const forms = "Write https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH.";
const control = /[\p{Cc} ]/u;
// https://git-scm.com/docs/git-check-ref-format
const branchFault = /^[-/.]|\/\/|\.\.|@\{|[\p{Cc} ~^:?*[\\]|\/\.|\.lock(?:\/|$)|[/.]$|^@$/u;

/**
 * Reads where a repository is. Fails with ARGUMENT_INVALID on what git would take for an option or run as a command, and
 * on a password in the URL, which belongs into a secret.
 */
export function parseLocation(repository: string): Location {
  if (control.test(repository) || repository.startsWith("-")) throw wrong(repository);
  const scp = /^[a-z][a-z0-9+.-]*:\/\//i.test(repository) ? null : scpForm.exec(repository);
  if (scp?.[1]) return { url: repository, scheme: "ssh", host: scp[1] };
  if (!URL.canParse(repository)) throw wrong(repository);
  const { protocol, hostname, password, username } = new URL(repository);
  const scheme = protocol.slice(0, -1);
  if (password !== "" || (username !== "" && scheme !== "ssh")) {
    throw codedError(
      "ARGUMENT_INVALID",
      "the repository's URL holds a login",
      "Give it as --username and --password, the latter a secret.",
    );
  }
  if (scheme === "file") {
    throw codedError(
      "ARGUMENT_INVALID",
      `${shown(repository)} is a folder, and git runs where there is none of this machine's`,
      "Serve it, as by git http-backend, name it as http://HOST/PATH, and hand the server over: --service, or --git-service of a release.",
    );
  }
  if (
    (scheme !== "http" && scheme !== "https" && scheme !== "ssh") ||
    hostname === "" ||
    hostname.startsWith("-")
  ) {
    throw wrong(repository);
  }
  return { url: repository, scheme, host: hostname };
}

/** Refuses what git does not take for a branch's name, with ARGUMENT_INVALID. */
export function checkBranch(name: string): void {
  if (name !== "" && name.length <= 250 && !branchFault.test(name)) return;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(name)} is not the name of a branch`,
    "Git allows no blanks, no control characters, none of ~^:?*[\\, no '..' and no '.lock' at its end.",
  );
}

function wrong(repository: string): Error {
  return codedError("ARGUMENT_INVALID", `${shown(repository)} is not where a repository is`, forms);
}
