import { codedError, lastLines, shown } from "./errors.ts";
import type { Answer } from "./git-errors.ts";
import type { Location } from "./location.ts";

/** Why a script gave up. */
export interface Failure {
  readonly answer: Answer | "empty" | "history" | "signing";
  /** What git printed at last, as an error's end. */
  readonly log: string;
  /** The branches that there are, where the one asked for is not. */
  readonly branches: readonly string[];
}

/** Reads why a script gave up from what it printed; undefined if it did not. */
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
      `${location.url} has no branch at all`,
      `Push a first commit with the manifests to ${shown(branch)}.`,
    );
  }
  if (answer === "no-branch") {
    return codedError(
      "BRANCH_NOT_FOUND",
      `${location.url} has no branch ${shown(branch)}`,
      `It has ${branches.map(shown).join(", ")}: name one of these.`,
    );
  }
  return general(failure, location) ?? unreachable(location, log);
}

/** The error of a push that failed. */
export function unpushed(failure: Failure, location: Location, branch: string, deadline: number): Error {
  const { answer, log } = failure;
  const where = `branch ${shown(branch)} of ${location.url}`;
  if (answer === "signing") {
    return codedError(
      "SIGNING_FAILED",
      `the commit could not be signed, and nothing was pushed: ${log}`,
      "Look at the key, its format and its passphrase.",
    );
  }
  if (answer === "history") {
    return codedError(
      "TOOL_FAILED",
      `git could not read what came to ${where} before, so whether a newer release is there is not known: ${log}`,
      "Run it again: a commit that did arrive is not made twice.",
    );
  }
  if (answer === "protected") {
    return codedError(
      "BRANCH_PROTECTED",
      `${where} does not take this push: ${log}`,
      "Open a pull request instead, or allow this user to push there.",
    );
  }
  if (answer === "no-branch") {
    return codedError("BRANCH_NOT_FOUND", `${where} went away meanwhile`, "Name a branch that stays.");
  }
  if (answer === "race") {
    return codedError(
      "PUSH_TIMED_OUT",
      `others pushed to ${where} first for ${deadline} s, and nothing of this was pushed: ${log}`,
      "Run it again, or give it a longer deadline.",
    );
  }
  if (answer === "unreachable") {
    return codedError(
      "PUSH_TIMED_OUT",
      `${where} did not answer for ${deadline} s, so whether the commit arrived is not known: ${log}`,
      "Run it again once the server is there: a commit that did arrive is not made twice.",
    );
  }
  return (
    general(failure, location) ??
    codedError(
      "PUSH_REFUSED",
      `${where} refused the push: ${log}`,
      "Look at the server's rules for this branch.",
    )
  );
}

function general({ answer, log }: Failure, location: Location): Error | undefined {
  if (answer === "denied" || answer === "protected") {
    return codedError(
      "REPOSITORY_DENIED",
      `${location.url} does not let this login in: ${log}`,
      location.scheme === "ssh"
        ? "Look at the key, and at what it may do there."
        : "Look at --username and --password, and at what that user may do there.",
    );
  }
  if (answer === "host-key") {
    return codedError(
      "HOST_UNTRUSTED",
      `${location.url} is not proven to be the server it says it is: ${log}`,
      location.scheme === "ssh"
        ? "Compare its key with one that you have from elsewhere, and hand it in by --known-hosts."
        : "Hand its authority's certificate in by --ca.",
    );
  }
  if (answer === "not-found") {
    return codedError(
      "REPOSITORY_NOT_FOUND",
      `there is no repository at ${location.url}, or none for this login: ${log}`,
      "Look at the URL, and at what the user may see.",
    );
  }
  return undefined;
}

function unreachable(location: Location, log: string): Error {
  return codedError(
    "REPOSITORY_UNREACHABLE",
    `${location.url} cannot be fetched from: ${log}`,
    "Look at the URL and the server; nothing was written.",
  );
}
