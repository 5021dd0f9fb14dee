import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { which } from "zx";
import { requirePackages } from "../debian.ts";
import type { StepLog } from "../progress.ts";
import { ImageUnknown } from "./stand-in.ts";

/** The first that a package has is taken: for musl, programs are static and run in an image of nothing else. */
const platforms = ["musllinux_1_2", "musllinux_1_1", "manylinux_2_28", "manylinux_2_17", "manylinux2014"];
const machine = process.arch === "arm64" ? "aarch64" : "x86_64";

/**
 * Fetches a wheel with the machine's own pip, as that is configured, and hands back its path.
 *
 * Fails with IMAGE_UNKNOWN if PyPI has no such version, with TOOL_FAILED if pip fails otherwise.
 *
 * @param folder where to put it; made when absent, else empty.
 */
export async function fetchWheel(
  name: string,
  version: string,
  folder: string,
  log: StepLog,
): Promise<string> {
  const args = platforms.flatMap((platform) => ["--platform", `${platform}_${machine}`]);
  try {
    const pip = await findPip();
    await log.run(pip, [
      "download",
      "--no-deps",
      "--only-binary=:all:",
      ...args,
      "-d",
      folder,
      `${name}==${version}`,
    ]);
  } catch (error) {
    if (!String(error).includes("TOOL_FAILED") || !(await lacks(name, version, log))) throw error;
    throw new ImageUnknown(
      `PyPI has no ${name} ${version}`,
      `Use a version that \`pip index versions ${name}\` lists.`,
    );
  }
  const [wheel] = (await readdir(folder)).filter(
    (file) => file.startsWith(`${name}-`) && file.endsWith(".whl"),
  );
  if (!wheel)
    throw new Error(
      `WHEEL_MISSING: pip downloaded no wheel of ${name} ${version}. Run \`pip download ${name}==${version}\` to see why.`,
    );
  return join(folder, wheel);
}

/** Unpacks a wheel, which is a zip, into `folder`. */
export async function unpackWheel(wheel: string, folder: string, log: StepLog): Promise<void> {
  await log.run("python3", ["-m", "zipfile", "-e", wheel, folder]);
}

async function findPip(): Promise<string> {
  for (const name of ["pip3", "pip"]) if (await which(name, { nothrow: true })) return name;
  await requirePackages(["python3-pip"]);
  return "pip3";
}

/** Tells a version that does not exist from a registry that cannot be reached. */
async function lacks(name: string, version: string, log: StepLog): Promise<boolean> {
  const listed = await log.run(await findPip(), ["index", "versions", "--pre", name]).catch(() => "");
  const versions = /^Available versions: (.*)$/m.exec(listed)?.[1]?.split(", ");
  return versions !== undefined && !versions.includes(version);
}
