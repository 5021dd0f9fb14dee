import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";

/**
 * Forwards a request to the server on 127.0.0.1:`port`, and returns its answer. Both are streamed.
 *
 * @param onMissing called instead of returning an answer of 404; `forward` fails with the error that it throws.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  onMissing?: () => never,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const { method, headers, url } = request;
    const passed = httpRequest({ host: "127.0.0.1", port, path: url, method, headers }, (answer) => {
      if (answer.statusCode === 404 && onMissing) {
        answer.resume();
        try {
          onMissing();
        } catch (error) {
          reject(error);
        }
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once("error", reject);
      response.once("close", resolve);
    });
    passed.once("error", (error) =>
      reject(new Error(`REGISTRY_BEHIND_FAILED: ${error.message}. Restart the engine.`)),
    );
    request.once("aborted", () => passed.destroy());
    request.pipe(passed);
  });
}
