import { codedError, shown } from "./errors.ts";

const label = "[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?";
const application = new RegExp(`^(?:${label}/)?${label}$`);
const server = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::([0-9]{1,5}))?$/;

/** Returns the name of an Application. Fails with ARGUMENT_INVALID on one that Kubernetes does not allow. */
export function checkName(name: string): string {
  if (application.test(name)) return name;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(name)} is not the name of an Application`,
    "Write NAME or NAMESPACE/NAME, in lower-case letters, digits, - and .",
  );
}

/** Returns a commit's id. Fails with ARGUMENT_INVALID on anything else. */
export function checkRevision(revision: string): string {
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision)) return revision;
  throw codedError(
    "ARGUMENT_INVALID",
    `${shown(revision)} is not the id of a commit`,
    "Pass the full id, as git rev-parse prints it.",
  );
}

/** Returns the host of a server. Fails with ARGUMENT_INVALID on what is neither HOST nor HOST:PORT. */
export function checkServer(address: string): string {
  const [, host, port = "443"] = server.exec(address) ?? [];
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) return host;
  throw codedError(
    "ARGUMENT_INVALID",
    `server: ${shown(address)} is not the address of a server`,
    "Write HOST or HOST:PORT, without https:// and without a path.",
  );
}
