import { existsSync } from "node:fs";
import { lutimes, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";

/** Where Debian's machines have the certificates that they trust besides Mozilla's; the engine looks there too. */
const folder = "/usr/local/share/ca-certificates";
const bundle = "/etc/ssl/certs/ca-certificates.crt";

/** The certificates that a machine trusts: Mozilla's, and its own by their files' names, all in PEM. */
export interface Trust {
  readonly bundle: string;
  readonly own: Readonly<Record<string, string>>;
}

/** Reads whom the machine trusts; undefined where it has no certificates of its own. */
export async function machineTrust(): Promise<Trust | undefined> {
  if (!existsSync(folder) || !existsSync(bundle)) return undefined;
  const names = (await readdir(folder)).filter((name) => name.endsWith(".crt")).sort();
  if (names.length === 0) return undefined;
  const own = names.map(async (name) => [name, await readFile(join(folder, name), "utf8")]);
  return { bundle: await readFile(bundle, "utf8"), own: Object.fromEntries(await Promise.all(own)) };
}

/** Writes into the root of a layer what makes an image of Debian's kind trust the same. All times are the epoch. */
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
