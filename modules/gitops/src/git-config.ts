/** Settings of git for every repository. Settings of the image or of the repository itself do not apply. */
const fixed: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.logAllRefUpdates": "false",
  "protocol.allow": "never",
  "http.lowSpeedLimit": "1",
  "http.lowSpeedTime": "30",
  "gc.auto": "0",
  "maintenance.auto": "false",
  "safe.directory": "*",
  "remote.origin.promisor": "true",
  "remote.origin.partialCloneFilter": "blob:none",
};

/** A credential helper that reads the mounted password. Git asks it for the login of this server only. */
export const helper = `!f() { test "$1" = get && echo "password=$(cat /run/secrets/password)"; }; f`;

/** Writes git's settings as a file; https://git-scm.com/docs/git-config#_syntax. */
export function gitConfig(settings: Readonly<Record<string, string>>): string {
  return Object.entries({ ...fixed, ...settings })
    .map(([key, value]) => {
      const [first, last] = [key.indexOf("."), key.lastIndexOf(".")];
      const section = key.slice(0, first);
      const below = first === last ? "" : ` ${quoted(key.slice(first + 1, last))}`;
      return `[${section}${below}]\n\t${key.slice(last + 1)} = ${quoted(value)}\n`;
    })
    .join("");
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
