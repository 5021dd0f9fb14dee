import type { Secret } from "@dagger.io/dagger";
import type { Author } from "./author.ts";
import type { Location } from "./location.ts";

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
const helper = `!f() { test "$1" = get && echo "password=$(cat /run/secrets/password)"; }; f`;

/** Writes git's settings as a file; https://git-scm.com/docs/git-config#_syntax. */
function gitConfig(settings: Readonly<Record<string, string>>): string {
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

/** The settings of git that a login and a signature need. */
interface Keys {
  readonly username: string;
  readonly password: Secret | undefined;
  readonly signingKey: Secret | undefined;
  readonly signingFormat: string;
}

/** The configuration for one repository, and for a committer where something is committed. */
export function configOf({ url, scheme }: Location, keys: Keys, committer?: Author): string {
  const login = keys.password !== undefined && (scheme === "http" || scheme === "https");
  return gitConfig({
    "remote.origin.url": url,
    [`protocol.${scheme}.allow`]: "always",
    ...(login
      ? {
          [`credential.${new URL(url).origin}.helper`]: helper,
          [`credential.${new URL(url).origin}.username`]: keys.username,
          "http.proactiveAuth": "basic",
        }
      : {}),
    ...(committer ? { "user.name": committer.name, "user.email": committer.email } : {}),
    ...(keys.signingKey ? { "gpg.format": keys.signingFormat } : {}),
  });
}
