import { gitopsFrom } from "#modules/gitops/src/from-settings.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import type { GitAccess } from "#pipelines/release/request.ts";

/**
 * The module for a GitOps repository, with the call's login.
 *
 * @param image an image with git; undefined: the pinned one.
 * @param deadline in seconds, for all attempts.
 */
export function gitopsBy(
  { username, password, sshKey, knownHosts, ca, signingKey, service }: Omit<GitAccess, "forgeToken">,
  image: string | undefined,
  deadline: number,
): Gitops {
  return gitopsFrom({ image, username, password, sshKey, knownHosts, ca, signingKey, service, deadline });
}
