import { readFile } from "node:fs/promises";
import { $ } from "zx";
import { requirePackages } from "./debian.ts";
import { foreignArchitectures } from "./images/architecture.ts";

/** An architecture as the kernel's emulators name it. */
const machines: Readonly<Record<string, string>> = { amd64: "x86_64", arm64: "aarch64" };

/**
 * Makes the kernel run programs of the other architectures that $SLIPWAY_PLATFORMS names, by QEMU. Installs Debian's
 * packages for it, if missing; what they tell the kernel counts for the whole machine, until they are removed.
 *
 * Fails with EMULATION_REFUSED where the kernel takes no emulator, and as `foreignArchitectures` and `requirePackages` do.
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
