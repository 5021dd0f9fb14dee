import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cached } from "../cache.ts";
import { requirePackages } from "../debian.ts";
import type { StepLog } from "../progress.ts";
import { addFolder } from "./tree.ts";

/**
 * Fills `root` with what a static program needs beside itself: the CA bundle, time zones, the names of
 * networks, who is who, /tmp. No shell, no libraries. The files are those of the machine's own Debian.
 */
export async function staticRoot(root: string, release: string, log: StepLog): Promise<void> {
  await requirePackages(["dpkg"]);
  const debs = await packages(["base-files", "ca-certificates", "netbase", "tzdata"], log);
  await addFolder(root, "etc/ssl/certs");
  const unpacked = join(debs, "files");
  for (const path of ["usr/share/zoneinfo", "etc/protocols", "etc/services", "etc/rpc", "etc/ethertypes"]) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await log.run("cp", ["-a", join(unpacked, path), join(root, path)]);
  }
  const mozilla = join(unpacked, "usr/share/ca-certificates/mozilla");
  const certificates = (await readdir(mozilla)).sort().map((file) => readFile(join(mozilla, file), "utf8"));
  await writeFile(
    join(root, "etc/ssl/certs/ca-certificates.crt"),
    (await Promise.all(certificates)).join("\n"),
  );
  await writeFile(join(root, "etc/os-release"), release);
  await addFolder(root, "root", 0o700);
  await addFolder(root, "home");
  await addFolder(root, "tmp", 0o1777);
  await addFolder(root, "var/tmp", 0o1777);
  await writeFile(
    join(root, "etc/passwd"),
    accounts.map(([name, id, home]) => `${name}:x:${id}:${id}:${name}:${home}:/sbin/nologin\n`).join(""),
  );
  await writeFile(join(root, "etc/group"), accounts.map(([name, id]) => `${name}:x:${id}:\n`).join(""));
  await writeFile(join(root, "etc/nsswitch.conf"), "hosts: files dns\n");
  await chmod(root, 0o755);
}

const accounts = [
  ["root", 0, "/root"],
  ["nobody", 65534, "/nonexistent"],
  ["nonroot", 65532, "/home/nonroot"],
] as const;

/** Downloads Debian packages by the machine's apt and unpacks them without installing them. */
function packages(names: readonly string[], log: StepLog): Promise<string> {
  return cached("debian-files", { names }, async (dir) => {
    const download = ["-o", "APT::Sandbox::User=root", "download", ...names];
    const fetched = log.run("apt-get", download, { cwd: dir });
    await fetched.catch(async () => {
      await log.run("apt-get", ["update"]);
      await log.run("apt-get", download, { cwd: dir });
    });
    await mkdir(join(dir, "files"));
    for (const deb of (await readdir(dir)).filter((file) => file.endsWith(".deb")))
      await log.run("dpkg-deb", ["-x", join(dir, deb), join(dir, "files")]);
  });
}
