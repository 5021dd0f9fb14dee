import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { $, which } from "zx";
import { cacheDir, cached } from "./cache.ts";
import { withLock } from "./lock.ts";
import { type StepLog, step } from "./progress.ts";

const apt = ["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3", "-o", "APT::Get::Assume-Yes=true"];

/**
 * Installs the Debian packages that are missing, without the packages that they recommend. It writes to the machine:
 * these packages are the only part of an engine that `engine clean` does not remove.
 *
 * Fails with PACKAGES_NOT_AVAILABLE without apt-get or without root, with TOOL_FAILED if apt fails.
 *
 * @param names names of Debian packages; none of them may start a service.
 */
export async function requirePackages(names: readonly string[]): Promise<void> {
  if ((await missing(names)).length === 0) return;
  await withLock(join(cacheDir(), "locks", "apt"), async () => {
    const wanted = await missing(names);
    if (wanted.length === 0) return;
    await requireApt(wanted);
    await step(`installing Debian packages: ${wanted.join(" ")}`, async (log) => {
      await log.run("apt-get", [...apt, "update"], { env });
      await log.run("apt-get", [...apt, "install", "--no-install-recommends", ...wanted], { env });
    });
  });
}

/**
 * Fetches a Debian package and unpacks it into the cache. It does not install the package, so no service starts and
 * the machine does not change.
 *
 * Fails as `requirePackages` does.
 *
 * @param name name of the Debian package.
 * @param libraries installed: its dependencies must be installed; unpacked: the libraries that it names as its
 * dependencies are unpacked into the same folder, and the package's other dependencies must be installed.
 * Default: installed.
 * @returns the folder that stands for /.
 */
export async function unpackedPackage(
  name: string,
  libraries: "installed" | "unpacked" = "installed",
): Promise<string> {
  const system = await readFile("/etc/os-release", "utf8").catch(() => "");
  const base = { name, system, architecture: process.arch };
  const key = libraries === "installed" ? base : { ...base, libraries };
  return cached("debian-package", key, (dir) =>
    withLock(join(cacheDir(), "locks", "apt"), async () => {
      await requireApt([name]);
      await step(`fetching the Debian package ${name}`, async (log) => {
        const unsandboxed = ["-o", "APT::Sandbox::User=root"];
        await log.run("apt-get", [...apt, "update"], { env });
        const further = libraries === "unpacked" ? await librariesOf(name, log) : [];
        await log.run("apt-get", [...apt, ...unsandboxed, "download", name, ...further], { env, cwd: dir });
        const files = (await readdir(dir)).filter((file) => file.endsWith(".deb"));
        for (const file of files) {
          await log.run("dpkg-deb", ["--extract", join(dir, file), dir]);
          await rm(join(dir, file));
        }
      });
    }),
  );
}

/** The libraries that a package names as its dependencies, without C's own, which every machine has. */
async function librariesOf(name: string, log: StepLog): Promise<string[]> {
  const text = await log.run("apt-cache", ["depends", "--important", name], { env: { LC_ALL: "C" } });
  const names = [...text.matchAll(/^ +\|?Depends: (lib\S+)$/gm)].map((match) => match[1] ?? "");
  return names.filter((library) => !["libc6", "libgcc-s1", "libstdc++6"].includes(library));
}

const env = { DEBIAN_FRONTEND: "noninteractive" };

async function requireApt(wanted: readonly string[]): Promise<void> {
  if ((await which("apt-get", { nothrow: true })) !== null && process.getuid?.() === 0) return;
  throw new Error(
    `PACKAGES_NOT_AVAILABLE: missing: ${wanted.join(", ")}. Only root on Debian or Ubuntu can install them from here. ` +
      "Install them with your system's package manager, or install Dagger and Docker.",
  );
}

async function missing(names: readonly string[]): Promise<string[]> {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's.
  const format = "${Package} ${db:Status-Status}\n";
  const query = $({ quiet: true, nothrow: true })`dpkg-query -W -f ${format} ${names}`;
  const installed = new Set((await query).stdout.split("\n").map((line) => line.trim()));
  return names.filter((name) => !installed.has(`${name} installed`));
}
