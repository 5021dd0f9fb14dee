import { existsSync } from "node:fs";
import { lutimes, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";

/** The folder of the certificates that a Debian machine trusts in addition to Mozilla's. The engine reads it too. */
const folder = "/usr/local/share/ca-certificates";
const bundle = "/etc/ssl/certs/ca-certificates.crt";

/** The certificates that a machine trusts, in PEM: Mozilla's, and its own by their file names. */
export interface Trust {
  readonly bundle: string;
  readonly own: Readonly<Record<string, string>>;
}

/** Reads the certificates that the machine trusts; undefined if it has none of its own. */
export async function machineTrust(): Promise<Trust | undefined> {
  if (!existsSync(folder) || !existsSync(bundle)) return undefined;
  const names = (await readdir(folder)).filter((name) => name.endsWith(".crt")).sort();
  if (names.length === 0) return undefined;
  const own = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")]);
  return { bundle: await readFile(bundle, "utf8"), own: Object.fromEntries(await Promise.all(own)) };
}

/**
 * Writes to the root of a layer the files with which a Debian image trusts the same certificates. All times are the
 * epoch.
 */
export async function writeTrust({ bundle: all, own }: Trust, root: string): Promise<void> {
  await mkdir(join(root, folder), { recursive: true });
  await mkdir(join(root, "etc/ssl/certs"), { recursive: true });
  await writeFile(join(root, bundle), all);
  for (const [name, text] of Object.entries(own)) {
    await writeFile(join(root, folder, name), text);
    const { stdout } = await $({ quiet: true, input: text })`openssl x509 -hash -noout`;
    await symlink(join(folder, name), join(root, "etc/ssl/certs", `${stdout.trim()}.0`));
  }
  const made = await readdir(root, { recursive: true });
  for (const path of ["", ...made]) await lutimes(join(root, path), 0, 0);
}
