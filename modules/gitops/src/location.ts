import { codedError, shown } from "./errors.ts";

/** The location of a repository, with the parts that git needs. */
export interface Location {
  readonly url: string;
  readonly scheme: "http" | "https" | "ssh";
  /** The host's name, to which a service is bound. */
  readonly host: string;
}

const scpForm = /^(?:\w[\w.-]*@)?(\w[\w.-]*):(?!\/\/)[^\s]+$/;
const forms = "Set it to https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH.";
const control = /[\p{Cc} ]/u;
// https://git-scm.com/docs/git-check-ref-format
const branchFault = /^[-/.]|\/\/|\.\.|@\{|[\p{Cc} ~^:?*[\\]|\/\.|\.lock(?:\/|$)|[/.]$|^@$/u;

/**
 * Reads the address of a repository. Fails with ARGUMENT_INVALID on an address that git would read as an option or
 * run as a command. Also fails on a password in the URL, which must be passed as a secret.
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
      "the repository's URL contains a login",
      "Remove it from the URL. Pass --username and --password, of a release --git-username and --git-password.",
    );
  }
  if (scheme === "file") {
    throw codedError(
      "ARGUMENT_INVALID",
      `${shown(repository)} is a folder of this machine, and git runs in a container that cannot read it`,
      "Serve the folder, for example with git http-backend, and set http://HOST/PATH. Pass the server as --service, or as --git-service of a release.",
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

/** Fails with ARGUMENT_INVALID on a name that git does not allow for a branch. */
export function checkBranch(name: string): void {
  if (name !== "" && name.length <= 250 && !branchFault.test(name)) return;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(name)} is not a valid name of a branch`,
    "Choose a name without spaces, control characters, ~^:?*[\\ and '..', and without '.lock' at its end.",
  );
}

/** Fails with ARGUMENT_INVALID on what is not the full id of a commit. */
export function checkCommit(id: string): void {
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id)) return;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(id)} is not the id of a commit`,
    "Pass the full id, as git rev-parse prints it.",
  );
}

function wrong(repository: string): Error {
  return codedError("ARGUMENT_INVALID", `${shown(repository)} is not the address of a repository`, forms);
}
