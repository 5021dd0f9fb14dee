import type { ServerResponse } from "node:http";
import { ImageUnknown } from "./images/stand-in.ts";

/**
 * Answers with an error as registries do (https://specs.opencontainers.org/distribution-spec/#error-codes): 404 and
 * MANIFEST_UNKNOWN for an unknown image, 500 for anything else. The reason is also in the status line: for a HEAD
 * request, the engine shows nothing else.
 */
export function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const message = error instanceof Error ? error.message : String(error);
  const [status, code] = error instanceof ImageUnknown ? [404, "MANIFEST_UNKNOWN"] : [500, "UNKNOWN"];
  const body = JSON.stringify({ errors: [{ code, message }] });
  response.writeHead(status, statusLine(message), {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** A status line may contain only printable ASCII, and should not be long. */
const statusLine = (message: string): string =>
  message
    .replace(/[^\x20-\x7e]+/g, " ")
    .slice(0, 300)
    .trim();
