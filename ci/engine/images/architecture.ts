const names: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** The machine's architecture as images name it. */
export const architecture = names[process.arch] ?? process.arch;

/**
 * Returns the other architectures to build images for: those in $SLIPWAY_PLATFORMS, such as
 * `linux/amd64,linux/arm64`, without the machine's own.
 *
 * Fails with PLATFORM_UNKNOWN on any platform but linux/amd64 and linux/arm64.
 */
export function foreignArchitectures(platforms = process.env.SLIPWAY_PLATFORMS ?? ""): readonly string[] {
  const wanted = platforms.split(",").flatMap((platform) => platform.trim() || []);
  const known = Object.values(names).map((name) => `linux/${name}`);
  const unknown = wanted.find((platform) => !known.includes(platform));
  if (unknown !== undefined) {
    throw new Error(
      `PLATFORM_UNKNOWN: SLIPWAY_PLATFORMS has ${JSON.stringify(unknown)}. Use ${known.join(" or ")}, or both.`,
    );
  }
  return [...new Set(wanted.map((platform) => platform.replace("linux/", "")))].filter(
    (name) => name !== architecture,
  );
}
