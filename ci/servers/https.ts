import { request } from "node:https";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Question {
  readonly ca: string;
  readonly token?: string;
  readonly auth?: string;
  readonly body?: unknown;
}

/**
 * Asks a server whose certificate an authority of our own issued.
 *
 * @param ca that authority's certificate, in PEM.
 * @param token a bearer token. @param auth USER:PASSWORD.
 * @param body sent as JSON by POST; default: a GET without any.
 */
export function ask(url: string, { ca, token, auth, body }: Question): Promise<Answer> {
  const headers = {
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
  };
  return new Promise((resolve, reject) => {
    const method = body === undefined ? "GET" : "POST";
    const sent = request(
      url,
      { ca, method, headers, agent: false, ...(auth !== undefined && { auth }) },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (more: string) => {
          text += more;
        });
        response.once("error", reject);
        response.once("end", () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    sent.once("error", reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
