/** A failure that the program's own words tell. */
export interface Failure {
  readonly code: "APPLICATION_DENIED" | "SERVER_UNREACHABLE";
  readonly says: string;
  readonly remedy: string;
}

const denied =
  "Check the Application's name, and that the token is valid and has the rights `applications, get` and `projects, get`.";
const unreachable = "Check the server's address, its certificate, and that the engine can reach it.";

/** The codes of gRPC, and the words of the program's own connection. https://grpc.io/docs/guides/status-codes/ */
const kinds: readonly (readonly [says: RegExp, code: Failure["code"], remedy: string])[] = [
  [
    // An object of an Application that goes away while it is read is another matter.
    /code = (?:PermissionDenied|Unauthenticated)\b|code = NotFound\b(?! desc = error getting resource)/,
    "APPLICATION_DENIED",
    denied,
  ],
  [
    /code = (?:Unavailable|DeadlineExceeded|ResourceExhausted)\b|Failed to establish connection|connection (?:refused|reset)|no such host|x509: |tls: |i\/o timeout|context deadline exceeded|unexpected HTTP status|unexpected EOF|server closed/i,
    "SERVER_UNREACHABLE",
    unreachable,
  ],
];

/**
 * Reads why the program ended, from its log; undefined if the words are none of these.
 *
 * @param log what it wrote to standard error: lines of text, or of JSON with `msg`.
 */
export function failureOf(log: string): Failure | undefined {
  const lines = log.trim().split("\n");
  for (const line of lines.toReversed()) {
    const kind = kinds.find(([says]) => says.test(line));
    if (kind === undefined) continue;
    const [, code, remedy] = kind;
    return { code, says: messageIn(line), remedy };
  }
  return undefined;
}

function messageIn(line: string): string {
  const quoted = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1] ?? /"msg":"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return (quoted ?? line).trim();
}
