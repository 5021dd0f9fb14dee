import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { goTool } from "../engine/go-tool.ts";

/** A pair of keys that signs and verifies images. */
export interface Keys {
  readonly privateKey: string;
  readonly privateFile: string;
  readonly publicKey: string;
  readonly publicFile: string;
}

/**
 * Makes a pair of keys with cosign itself, NAME.key and NAME.pub in a folder.
 *
 * @param password of the private key.
 */
export async function makeKeys(folder: string, name: string, password: string): Promise<Keys> {
  const prefix = join(folder, name);
  const env = { ...process.env, COSIGN_PASSWORD: password };
  await $({
    quiet: true,
    stdio: ["ignore", "pipe", "pipe"],
    env,
  })`${await goTool("cosign")} generate-key-pair --output-key-prefix=${prefix}`;
  const files = { privateFile: `${prefix}.key`, publicFile: `${prefix}.pub` };
  return {
    ...files,
    privateKey: await readFile(files.privateFile, "utf8"),
    publicKey: await readFile(files.publicFile, "utf8"),
  };
}
