/** What crane left. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a failure comes to. */
export type Kind =
  /** The registry has no such thing. */
  | "absent"
  /** A tag that may not move is there already. */
  | "taken"
  | "denied"
  | "full"
  /** The registry says no for another reason. */
  | "refused"
  | "untrusted"
  /** May pass by itself, the server asking to be left alone for a while. */
  | "throttled"
  /** May pass by itself: 5xx, a cut or refused connection, no answer in time. */
  | "passing"
  /** No host of that name, no way to it. */
  | "nowhere"
  /** crane itself could not go on. */
  | "broken";

// https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes, and what distribution adds.
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
};

// distribution 2 names what its disk says by Linux's numbers: no space left on device, disk quota exceeded.
const full =
  /no space left on device|\bmap\[Err:(?:28|122)\b|quota|insufficient storage|exceed the configured upper limit|status code 507/i;
/** distribution says so, behind other words too, of a blob that another push is just writing. */
const halfWritten = /\bMANIFEST_BLOB_UNKNOWN: /;
const immutable = /\bimmutable\b/i;
const cut =
  /connection re(?:set|fused)|i\/o timeout|\bEOF\b|broken pipe|closed (?:network )?connection|TLS handshake timeout|server closed idle|stream error|server misbehaving|http2: |unexpected status code 408/;

/** The ends by which `timeout` tells that it ended what it ran, and the one of a kill for want of memory. */
const ended = new Set([124, 137, 143]);

/** Says what a failure of crane's comes to. What the registry says is only read where crane puts its own words first. */
export function kindOf(ran: Ran): Kind {
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
  // The registry lost what an upload began with, or a blob; what it lost that by stands before.
  if (code === "RANGE_INVALID" || halfWritten.test(told)) {
    return full.test(withoutNames(ran.stderr)) ? "full" : "passing";
  }
  if (code !== undefined) return codes[code] ?? "refused";
  if (cut.test(said)) return "passing";
  return /no such host|no route to host|network is unreachable/.test(said) ? "nowhere" : "broken";
}

/** What is said without addresses and names, in which any word may stand. */
function withoutNames(said: string): string {
  return said.replace(/\S*\/\S*/g, "");
}

function kindOfStatus(status: number): Kind {
  if (status === 404) return "absent";
  if (status === 401 || status === 403 || status === 405) return "denied";
  if (status === 429) return "throttled";
  return status >= 500 || status === 408 || status === 499 ? "passing" : "refused";
}

/** crane's last word, in one line and bounded: without the query of an address, which may hold what lets others in. */
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

/** The longest wait, in seconds, that a server asked for in what `crane -v` printed; 0 for none. */
export function retryAfter(log: string, now: number): number {
  const asked = [...log.matchAll(/^Retry-After: *([^\r\n]+)/gim)].map(([, value = ""]) =>
    /^\d+\s*$/.test(value) ? Number(value) : (Date.parse(value) - now) / 1000,
  );
  return Math.max(0, ...asked.filter(Number.isFinite));
}
