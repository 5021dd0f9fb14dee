import { codedError, lastLines, shown } from "./errors.ts";
import type { Answer } from "./git-errors.ts";
import type { Location } from "./location.ts";

/** The reason why a script gave up. */
export interface Failure {
  readonly answer: Answer | "empty" | "history" | "signing";
  /** The end of what git printed, for the end of an error. */
  readonly log: string;
  /** The branches that exist, if the one asked for does not. */
  readonly branches: readonly string[];
}

/** Reads from a script's output why it gave up. Returns undefined if it did not give up. */
export function failureIn(printed: string): Failure | undefined {
  const [outcome, answer = "", ...lines] = printed.split("\n");
  if (outcome !== "failed") return undefined;
  return {
    answer: answer as Failure["answer"],
    log: lastLines(lines.join("\n")),
    branches: lines.filter((name) => name !== ""),
  };
}

/** The error of a checkout that failed. */
export function unfetched(failure: Failure, location: Location, branch: string): Error {
  const { answer, log, branches } = failure;
  if (answer === "empty") {
    return codedError(
      "REPOSITORY_EMPTY",
      `${location.url} has no branch`,
      `Push a first commit with the manifests to the branch ${shown(branch)}.`,
    );
  }
  if (answer === "no-branch") {
    return codedError(
      "BRANCH_NOT_FOUND",
      `${location.url} has no branch ${shown(branch)}`,
      `Set the branch to one of these: ${branches.map(shown).join(", ")}.`,
    );
  }
  if (answer === "history") return unread(`the history of ${location.url}`, log);
  return general(failure, location) ?? unreachable(location, log);
}

/** The error of a push that failed. */
export function unpushed(failure: Failure, location: Location, branch: string, deadline: number): Error {
  const { answer, log } = failure;
  // A change and its entry of the record are refused together, by the rules of one of their branches.
  const isRecord = /-> slipway\/record \((?!atomic)/.test(log);
  const where = `branch ${shown(isRecord ? "slipway/record" : branch)} of ${location.url}`;
  const withoutRecord = "set `record: false` in slipway.yaml of that repository";
  if (/does not support --atomic/.test(log)) {
    return codedError(
      "PUSH_REFUSED",
      `${location.url} cannot take a change and its entry of the record by one push: ${log}`,
      `Let the server advertise atomic pushes (git's receive.advertiseAtomic), or ${withoutRecord}.`,
    );
  }
  if (answer === "signing") {
    return codedError(
      "SIGNING_FAILED",
      `git could not sign the commit, and pushed nothing: ${log}`,
      "Pass a --signing-key (of a release: --git-signing-key) with its own format and passphrase.",
    );
  }
  if (answer === "history") {
    return unread(`the history of ${where}, so it cannot rule out a newer release there`, log);
  }
  if (answer === "protected") {
    return codedError(
      "BRANCH_PROTECTED",
      `${where} is protected against this push: ${log}`,
      isRecord
        ? `Allow this user to push to the branch, or ${withoutRecord}.`
        : "Open a pull request instead, or allow this user to push to the branch.",
    );
  }
  if (answer === "no-branch") {
    return codedError(
      "BRANCH_NOT_FOUND",
      `${where} was deleted after the checkout`,
      "Create the branch again, or set another one.",
    );
  }
  if (answer === "race") {
    return codedError(
      "PUSH_TIMED_OUT",
      `others kept pushing to ${where} first for ${deadline} s, and nothing of this change was pushed: ${log}`,
      "Run the call again, or set a longer deadline.",
    );
  }
  if (answer === "unreachable") {
    return codedError(
      "PUSH_TIMED_OUT",
      `${where} did not answer for ${deadline} s, so it is unknown whether the commit arrived: ${log}`,
      "Run the call again when the server answers. It never makes the same commit twice.",
    );
  }
  return (
    general(failure, location) ??
    codedError(
      "PUSH_REFUSED",
      `${where} refused the push: ${log}`,
      `Change the commit or the server's rules for this branch, so that they agree${isRecord ? `, or ${withoutRecord}` : ""}.`,
    )
  );
}

function general({ answer, log }: Failure, location: Location): Error | undefined {
  if (answer === "denied" || answer === "protected") {
    return codedError(
      "REPOSITORY_DENIED",
      `${location.url} refuses this login: ${log}`,
      location.scheme === "ssh"
        ? "Pass an --ssh-key (of a release: --git-ssh-key) that may read and write that repository."
        : "Pass --username and --password (of a release: --git-username and --git-password) of a user who may read and write there.",
    );
  }
  if (answer === "host-key") {
    return codedError(
      "HOST_UNTRUSTED",
      `${location.url}: the server's identity could not be verified: ${log}`,
      location.scheme === "ssh"
        ? "Get the server's key from a source that you trust, and pass it as --known-hosts (of a release: --git-known-hosts)."
        : "Pass the authority's certificate as --ca (of a release: --git-ca).",
    );
  }
  if (answer === "not-found") {
    return codedError(
      "REPOSITORY_NOT_FOUND",
      `${location.url}: no such repository, or this login cannot see it: ${log}`,
      "Correct the URL, or pass a login that may read the repository.",
    );
  }
  return undefined;
}

function unread(what: string, log: string): Error {
  return codedError(
    "TOOL_FAILED",
    `git could not read ${what}: ${log}`,
    "Run the call again. It never makes the same commit twice.",
  );
}

function unreachable(location: Location, log: string): Error {
  return codedError(
    "REPOSITORY_UNREACHABLE",
    `${location.url}: git could not fetch from the server: ${log}`,
    "Check the URL and the server, then run the call again. Nothing was written.",
  );
}
