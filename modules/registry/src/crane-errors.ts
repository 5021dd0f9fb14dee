/** The result of a run of crane. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The kind of a failure. */
export type Kind =
  /** The registry does not have it. */
  | "absent"
  /** A tag that must not move exists already. */
  | "taken"
  | "denied"
  | "full"
  /** The registry refuses for another reason. */
  | "refused"
  | "untrusted"
  /** May pass by itself, and the server asks for a pause. */
  | "throttled"
  /** May pass by itself: 5xx, a cut or refused connection, no answer in time. */
  | "passing"
  /** The host does not exist, or has no route. */
  | "nowhere"
  /** crane itself failed. */
  | "broken";

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, and those that distribution adds.
const codes: Readonly<Record<string, Kind>> = {
  UNAUTHORIZED: "denied",
  DENIED: "denied",
  UNSUPPORTED: "denied",
  MANIFEST_UNKNOWN: "absent",
  NAME_UNKNOWN: "absent",
  BLOB_UNKNOWN: "absent",
  TOOMANYREQUESTS: "throttled",
  UNKNOWN: "passing",
  UNAVAILABLE: "passing",
  BLOB_UPLOAD_UNKNOWN: "passing",
  BLOB_UPLOAD_INVALID: "passing",
  // The registry lost the start of an upload.
  RANGE_INVALID: "passing",
};

// distribution 2 reports errors of its disk by Linux's numbers: no space left on device, disk quota exceeded.
const full =
  /no space left on device|\bmap\[Err:(?:28|122)\b|quota|insufficient storage|exceed the configured upper limit|status code 507/i;
/** distribution reports this, also behind other words, for a blob that another push is writing. */
const halfWritten = /\bMANIFEST_BLOB_UNKNOWN: /;
const immutable = /\bimmutable\b/i;
const cut =
  /connection re(?:set|fused)|i\/o timeout|\bEOF\b|broken pipe|closed (?:network )?connection|TLS handshake timeout|server closed idle|stream error|server misbehaving|http2: |unexpected status code 408/;

/** The exit codes of a command that `timeout` ended, and of a kill because of memory. */
const ended = new Set([124, 137, 143]);

/**
 * Finds the kind of a failure of crane. It reads the registry's words only where crane's own words stand before them.
 *
 * crane tries a request again itself and prints each failure. The last one may only follow from an earlier one: a full
 * registry leaves an empty file for the blob, and answers 500 to the next question about it.
 */
export function kindOf(ran: Ran): Kind {
  const kind = kindOfLast(ran);
  return kind === "passing" && ran.stderr.split("\n").some(saysFull) ? "full" : kind;
}

/** Whether a line of crane's output says that there is no room. A limit of requests is called a quota as well. */
function saysFull(line: string): boolean {
  return full.test(withoutNames(line)) && !/TOOMANYREQUESTS|status code 429/.test(line);
}

function kindOfLast(ran: Ran): Kind {
  if (ended.has(ran.exitCode)) return "passing";
  const said = lastError(ran);
  if (said.startsWith("refusing to clobber existing tag")) return "taken";
  if (/x509: |tls: failed to verify|server gave HTTP response to HTTPS client/.test(said)) return "untrusted";
  const [, status, code] =
    /unexpected status code (\d{3})|: (?:multiple errors returned: )?([A-Z]+(?:_[A-Z]+)*): /.exec(said) ?? [];
  const plain = status === undefined ? codes[code ?? ""] : kindOfStatus(Number(status));
  if (plain === "throttled" || plain === "absent") return plain;
  const told = withoutNames(said);
  if (full.test(told)) return "full";
  if (immutable.test(told)) return "taken";
  if (status !== undefined) return kindOfStatus(Number(status));
  if (halfWritten.test(told)) return "passing";
  if (code !== undefined) return codes[code] ?? "refused";
  if (cut.test(said)) return "passing";
  return /no such host|no route to host|network is unreachable/.test(said) ? "nowhere" : "broken";
}

/** The output without addresses and names, which may contain any word. */
function withoutNames(said: string): string {
  return said.replace(/\S*\/\S*/g, "");
}

function kindOfStatus(status: number): Kind {
  if (status === 404) return "absent";
  if (status === 401 || status === 403 || status === 405) return "denied";
  if (status === 429) return "throttled";
  return status >= 500 || status === 408 || status === 499 ? "passing" : "refused";
}

/** crane's last error, in one line and shortened, without the query of an address: it may contain a credential. */
export function lastError({ stderr }: Ran): string {
  const at = stderr.lastIndexOf("\nError: ");
  const error = at < 0 ? stderr.replace(/^Error: /, "") : stderr.slice(at + "\nError: ".length);
  const line = error
    .replace(/\?[^\s"]*?(?=:?(?:[\s"]|$))/g, "?…")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .replace(/\.$/, "");
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line || "it printed nothing";
}

/** The longest wait, in seconds, that a server asked for in the output of `crane -v`; 0 for none. */
export function retryAfter(log: string, now: number): number {
  const asked = [...log.matchAll(/^Retry-After: *([^\r\n]+)/gim)].map(([, value = ""]) =>
    /^\d+\s*$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000,
  );
  return Math.max(0, ...asked.filter(Number.isFinite));
}
