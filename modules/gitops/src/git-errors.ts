/** The kind of failure of git, which decides whether to try again. */
export type Answer =
  | "protected"
  | "host-key"
  | "denied"
  | "not-found"
  | "no-branch"
  | "race"
  | "unreachable"
  | "refused";

interface Words {
  readonly answer: Answer;
  /** Extended regular expressions, compared with git's output. Both `grep -E -i` and JavaScript must read them. */
  readonly patterns: readonly string[];
}

/**
 * The messages of servers; the first match counts. On stderr git prints its own words and, after `remote:`, those of
 * the server and its hooks. So patterns of a refusal stand before patterns that allow another attempt.
 */
export const words: readonly Words[] = [
  {
    answer: "protected",
    patterns: [
      // GitHub, GitLab, Gitea, Bitbucket, Azure DevOps, Gerrit
      "protected branch",
      // The pattern includes the text that follows, because a branch may have such a name.
      "error: GH0(06|13): ",
      "not allowed to (force )?push",
      "branch is protected",
      "Branch restriction",
      "TF40(2455|1027): ",
      "prohibited by Gerrit",
      "deny updating a hidden ref",
      "refusing to update checked out branch",
    ],
  },
  {
    answer: "host-key",
    patterns: [
      "Host key verification failed",
      "REMOTE HOST IDENTIFICATION HAS CHANGED",
      "No [A-Za-z0-9-]+ host key is known",
      "SSL certificate problem",
      "server certificate verification failed",
      "certificate subject name",
      "SSL: no alternative certificate subject name",
    ],
  },
  {
    answer: "denied",
    patterns: [
      "Authentication failed",
      "could not read (Username|Password)",
      "Permission denied",
      "Permission to .* denied",
      "returned error: 40[13]",
      "HTTP 40[13]",
      "Access denied",
      "Write access to repository not granted",
      "Load key .*: ",
      "incorrect passphrase",
      "User permission denied",
    ],
  },
  {
    // A ref store cannot hold both names, as with slipway and slipway/abc: waiting does not help.
    answer: "refused",
    patterns: [
      "exists; cannot create",
      "refname conflict",
      "directory/file conflict",
      "does not support --atomic",
    ],
  },
  {
    answer: "race",
    patterns: [
      "non-fast-forward",
      "fetch first",
      "cannot lock ref",
      "incorrect old value",
      "stale info",
      "failed to update ref",
      "Unable to create .*\\.lock.: File exists",
      "reference already exists",
      "remote ref updated since checkout",
      "failed to lock",
    ],
  },
  {
    answer: "no-branch",
    patterns: ["couldn.t find remote ref"],
  },
  {
    answer: "unreachable",
    patterns: ["Temporary failure", "Try again$", "SSL_ERROR_SYSCALL", "HTTP/2 (stream|framing)"],
  },
  {
    answer: "not-found",
    patterns: [
      "repository .* not found",
      "Repository not found",
      // Gitea, GitLab, Bitbucket, over ssh
      "Cannot find repository",
      "project you were looking for could not be found",
      "repository does not exist",
      "does not appear to be a git repository",
      "returned error: 404",
      "Could not resolve host",
    ],
  },
  {
    answer: "unreachable",
    patterns: [
      "returned error: (408|429|5[0-9][0-9])",
      "HTTP (408|429|5[0-9][0-9])",
      "hung up",
      "early EOF",
      "unexpected disconnect",
      "unexpected EOF",
      "invalid index-pack output",
      "bad pack header",
      "Connection (refused|reset|closed|timed out)",
      "Failed to connect",
      "Could.?n.t connect",
      "Operation (timed out|too slow)",
      "timed out",
      "Empty reply from server",
      "Recv failure",
      "Send failure",
      "transfer closed",
      "Broken pipe",
      "kex_exchange_identification",
      "internal server error",
    ],
  },
];

/** The kinds of failure after which another attempt makes sense. */
export const retried: readonly Answer[] = ["race", "unreachable"];

/**
 * Finds the kind of failure in git's output.
 *
 * @param log what git printed on stderr
 */
export function answerOf(log: string): Answer {
  const found = words.find(({ patterns }) => patterns.some((pattern) => new RegExp(pattern, "i").test(log)));
  return found?.answer ?? "refused";
}
