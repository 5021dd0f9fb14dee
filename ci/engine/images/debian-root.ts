import { existsSync } from "node:fs";
import { chmod, copyFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { requirePackages } from "../debian.ts";
import type { StepLog } from "../progress.ts";
import { architecture } from "./architecture.ts";

export type Suite = "bookworm" | "trixie";

const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What Debian's own slim images leave out too. */
const excluded = ["doc", "man", "info", "locale", "groff", "lintian", "linda"];

/**
 * Makes a Debian root filesystem with the packages named, of the machine's own Debian mirror, and
 * hands back its path. Inside, `apt-get update` asks that same mirror.
 *
 * Fails with DEBIAN_MIRROR_UNKNOWN if the machine's apt names none, with TOOL_FAILED if mmdebstrap does.
 *
 * @param root the folder to make; it must not exist.
 * @param runsOn its architecture, by default the machine's; another one has to be emulated.
 */
export async function debianRoot(
  root: string,
  suite: Suite,
  packages: readonly string[],
  log: StepLog,
  runsOn = architecture,
): Promise<string> {
  await requirePackages(["mmdebstrap", "debian-archive-keyring"]);
  const source = `deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main`;
  const exclude = excluded.map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`);
  const options = [
    "--mode=root",
    `--architectures=${runsOn}`,
    "--format=directory",
    "--variant=minbase",
    '--aptopt=Acquire::Languages "none"',
  ];
  // Else bookworm takes the package usrmerge, and with it all of Perl.
  const merged = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr";
  const bookworm = suite === "bookworm" ? ["usr-is-merged"] : [];
  const included = [...packages, ...bookworm];
  const wanted = included.length === 0 ? [] : [`--include=${included.join(",")}`];
  const keep = "--dpkgopt=path-include=/usr/share/doc/*/copyright";
  await log.run("mmdebstrap", [...options, ...exclude, keep, merged, ...wanted, suite, root, source], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
  await writeFile(join(root, "etc/apt/sources.list"), `${source}\n`);
  await quickCertificates(root);
  await rm(join(root, "etc/resolv.conf"), { force: true });
  await rm(join(root, "etc/hostname"), { force: true });
  return root;
}

/** Puts a quick update-ca-certificates in the place of Debian's, where there is one. */
async function quickCertificates(root: string): Promise<void> {
  const program = join(root, "usr/sbin/update-ca-certificates");
  if (!existsSync(program)) return;
  await copyFile(new URL("update-ca-certificates.sh", import.meta.url), program);
  await chmod(program, 0o755);
}

/** Runs a program inside a root filesystem. */
export function inRoot(root: string, log: StepLog, command: readonly string[]): Promise<string> {
  const env = {
    DEBIAN_FRONTEND: "noninteractive",
    PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LC_ALL: "C.UTF-8",
  };
  return log.run("chroot", [root, ...command], { env });
}

/** Asks the machine's apt where it has Debian from; $SLIPWAY_DEBIAN_MIRROR overrides it. */
export async function debianMirror(): Promise<string> {
  const { SLIPWAY_DEBIAN_MIRROR } = process.env;
  if (SLIPWAY_DEBIAN_MIRROR) return SLIPWAY_DEBIAN_MIRROR;
  const targets = await $({
    quiet: true,
    nothrow: true,
  })`apt-get indextargets --format ${"$(REPO_URI) $(RELEASE) $(COMPONENT)"} ${"Created-By: Packages"}`;
  const debian = /^(\S+) (?:bookworm|trixie|forky|sid|stable|testing) main$/m.exec(targets.stdout);
  if (debian?.[1] && existsSync(keyring)) return debian[1];
  throw new Error(
    "DEBIAN_MIRROR_UNKNOWN: the machine's apt names no Debian mirror. " +
      "Set SLIPWAY_DEBIAN_MIRROR to the URI of a mirror, and install debian-archive-keyring.",
  );
}
