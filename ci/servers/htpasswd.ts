import { randomBytes } from "node:crypto";
import { $ } from "zx";
import { requirePackages } from "../engine/debian.ts";

/**
 * Hashes a password with bcrypt for an htpasswd file, because distribution reads no other kind. The password goes to
 * the stdin of perl, which every Debian system has.
 *
 * @returns the file's line for that user
 */
export async function htpasswd(username: string, password: string): Promise<string> {
  await requirePackages(["perl-base"]);
  // bcrypt's own base64: 21 arbitrary characters, and one of those that leave no bit over.
  const alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const salt = [...randomBytes(21)].map((byte) => alphabet[byte % 64]).join("");
  const script = "local $/; print crypt(<STDIN>, $ARGV[0])";
  const hashed = await $({ quiet: true, input: password })`perl -e ${script} ${`$2b$05$${salt}u`}`;
  return `${username}:${hashed.stdout}\n`;
}
