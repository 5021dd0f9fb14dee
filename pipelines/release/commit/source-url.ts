/** user@host:path, as git and scp write it; not a drive letter or a scheme. */
const scp = /^(?:([^@/:\s]+)@)?([A-Za-z0-9.-]{2,}):(?!\/\/)([^\s]+)$/;

/**
 * Removes user name, password, query and fragment from a git remote's URL, so that it can be published. For SSH,
 * the user name `git` stays, because it belongs to nobody.
 *
 * @returns undefined for a path on a machine, and for a text that is not a URL.
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
