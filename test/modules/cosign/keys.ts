import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { goTool } from "../../../ci/engine/go-tool.ts";

const run = promisify(execFile);

export interface Keys {
  readonly privateKey: string;
  readonly publicKey: string;
  /** Where the public key lies. */
  readonly publicFile: string;
}

/** Makes a pair of keys with cosign, outside our code. */
export async function makeKeys(folder: string, name: string, passphrase: string): Promise<Keys> {
  const prefix = join(folder, name);
  const env = { ...process.env, COSIGN_PASSWORD: passphrase };
  await run(await goTool("cosign"), ["generate-key-pair", `--output-key-prefix=${prefix}`], { env });
  const publicFile = `${prefix}.pub`;
  return {
    privateKey: await readFile(`${prefix}.key`, "utf8"),
    publicKey: await readFile(publicFile, "utf8"),
    publicFile,
  };
}

/** Asks cosign itself, outside our code, and hands back what it prints. */
export async function cosign(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const quiet = { SIGSTORE_ROOT_FILE: "/dev/null", ...env };
  const { stdout } = await run(await goTool("cosign"), [...args], {
    env: { ...process.env, ...quiet },
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}
