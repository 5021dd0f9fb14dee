import { readFile } from "node:fs/promises";
import { $ } from "zx";
import { requirePackages } from "./debian.ts";
import { foreignArchitectures } from "./images/architecture.ts";

/** The names that the kernel's emulators use for an architecture. */
const machines: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

/**
 * Makes the kernel run programs of the other architectures in $SLIPWAY_PLATFORMS, through QEMU. Installs the Debian
 * packages for that if they are missing. They change the kernel's settings for the whole machine until they are
 * removed.
 *
 * Fails with EMULATION_REFUSED if the kernel accepts no emulator, and as `foreignArchitectures` and `requirePackages`
 * do.
 */
export async function prepareEmulation(): Promise<void> {
  const wanted = foreignArchitectures();
  if (wanted.length === 0) return;
  await requirePackages(["arch-test", "binfmt-support", "qemu-user-static"]);
  for (const architecture of wanted) {
    const format = `qemu-${machines[architecture]}`;
    await $({ quiet: true, nothrow: true })`update-binfmts --enable ${format}`;
    const state = await readFile(`/proc/sys/fs/binfmt_misc/${format}`, "utf8").catch(() => "");
    if (state.startsWith("enabled")) continue;
    throw new Error(
      `EMULATION_REFUSED: \`update-binfmts --enable ${format}\` had no effect, so the kernel cannot emulate ${architecture}. ` +
        "Run `modprobe binfmt_misc`, or remove the platform from SLIPWAY_PLATFORMS.",
    );
  }
}
