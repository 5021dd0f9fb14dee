import { codedError, shown } from "./errors.ts";

const form = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/;

/** Checks platforms. Fails with ARGUMENT_INVALID on an invalid one, and on one that is listed twice. */
export function checkPlatforms(platforms: readonly string[]): void {
  const wrong = platforms.find((platform) => !form.test(platform));
  if (wrong !== undefined) {
    throw codedError(
      "ARGUMENT_INVALID",
      `${shown(wrong)} is not a platform`,
      "Write it as linux/amd64 or linux/arm64.",
    );
  }
  const twice = platforms.find((platform, at) => platforms.indexOf(platform) !== at);
  if (twice !== undefined) {
    throw codedError("ARGUMENT_INVALID", `the platform ${twice} is listed twice`, "List each platform once.");
  }
}
