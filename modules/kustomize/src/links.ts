import { type Directory, ExistsType } from "@dagger.io/dagger";
import { codedError, shown } from "./errors.ts";

/**
 * Fails with PATH_OUTSIDE_SOURCE if one of the paths is a symbolic link. Its target is not visible from here, and an
 * absolute one is in the container, not in the source.
 */
export async function refuseLinks(
  source: Directory,
  paths: readonly string[],
  remedy: string,
): Promise<void> {
  const links = await Promise.all(
    paths.map((path) =>
      source.exists(path, { expectedType: ExistsType.SymlinkType, doNotFollowSymlinks: true }),
    ),
  );
  const link = paths.find((_, at) => links[at]);
  if (link === undefined) return;
  throw codedError(
    "PATH_OUTSIDE_SOURCE",
    `${shown(link)} is a symbolic link, which may lead out of the source`,
    remedy,
  );
}
