import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sh } from "../sh.ts";

const script = new URL("../../../ci/github/identity-token.sh", import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-token-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Asks a server that answers so, by a curl that notes its arguments first; says what it was asked too. */
async function asked(answer: (response: ServerResponse) => void) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const argv = join(folder, "argv");
  await writeFile(join(folder, "curl"), `#!/bin/sh\necho "$@" >'${argv}'\nexec /usr/bin/curl "$@"\n`);
  await chmod(join(folder, "curl"), 0o755);
  const env = {
    PATH: `${folder}:/usr/bin:/bin`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "may-ask",
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?api-version=2`,
  };
  const ran = await sh(script, env, folder);
  server.close();
  return { ...ran, requests, argv: await readFile(argv, "utf8") };
}

test("the token is printed alone, and what may ask for it stands in no process's arguments", async () => {
  const { exitCode, stdout, requests, argv } = await asked((response) =>
    response.end('{"count":1,\n"value" : "head.pay-load.sig_n"}\n'),
  );
  expect([exitCode, stdout]).toEqual([0, "head.pay-load.sig_n"]);
  expect(requests.map(({ url }) => url)).toEqual(["/token?api-version=2&audience=sigstore"]);
  expect(requests[0]?.headers.authorization).toBe("bearer may-ask");
  expect(argv).toContain("audience=sigstore");
  expect(argv).not.toContain("may-ask");
});

test.each<[string, (response: ServerResponse) => void]>([
  ["a refusal", (response) => response.writeHead(403).end('{"value":"no"}')],
  ["a connection that breaks", (response) => response.destroy()],
  ["an answer without a token", (response) => response.end('{"count":0}')],
  ["an empty token", (response) => response.end('{"value":""}')],
  ["a token that is none", (response) => response.end('{"value":"$(id)"}')],
])("%s is no empty secret", async (_what, answer) => {
  const { exitCode, stdout, stderr } = await asked(answer);
  expect([exitCode, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^CREDENTIAL_MISSING: /m);
});
