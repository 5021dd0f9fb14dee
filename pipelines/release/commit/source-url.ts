/** user@host:path, as git and scp write it; no drive letter, no scheme. */
const scp = /^(?:([^@/:\s]+)@)?([A-Za-z0-9.-]{2,}):(?!\/\/)([^\s]+)$/;

/**
 * Makes of a git remote's URL one that anybody may read: without user name, password, query and fragment. Of SSH the user
 * name `git` stays, which is nobody's.
 *
 * @returns undefined for a path of a machine, and for what is no URL.
 */
export function sourceUrl(remote: string): string | undefined {
  const [, user, host, path] = scp.exec(remote) ?? [];
  if (host !== undefined && path !== undefined) {
    return sourceUrl(
      `ssh://${user === undefined ? "" : `${encodeURIComponent(user)}@`}${host}/${path.replace(/^\/+/, "")}`,
    );
  }
  if (!/^(?:https?|ssh|git):\/\//i.test(remote) || !URL.canParse(remote)) return undefined;
  const url = new URL(remote);
  if (url.protocol !== "ssh:" || url.username !== "git") url.username = "";
  url.password = "";
  url.search = "";
  url.hash = "";
  return url.href;
}
