import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { which } from "zx";
import { digestOf } from "./cache.ts";
import { engineConfig } from "./config.ts";
import { requirePackages } from "./debian.ts";
import { goTool } from "./go-tool.ts";
import { sdkContent } from "./sdk/content.ts";

/** The script that an engine runs in. */
export const sandboxScript = fileURLToPath(new URL("sandbox.sh", import.meta.url));

const packages = [
  "containernetworking-plugins",
  "dnsmasq-base",
  "git",
  "iptables",
  "iproute2",
  "nftables",
  "openssl",
  "runc",
];

/** The folders in which Debian's packages put programs, including those that are not on every user's PATH. */
const systemPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/** The parts that an engine is made of. */
export interface EngineParts {
  /** The program `dagger`. */
  readonly cli: string;
  /** The environment that sandbox.sh and the engine read. */
  readonly env: Readonly<Record<string, string>>;
  /** Changes when a running engine is no longer the one that these parts would start. */
  readonly digest: string;
}

/** Returns the command line client alone. Fails as `goTool` does. */
export function daggerCli(): Promise<string> {
  return goTool("dagger");
}

/**
 * Returns the parts of an engine, and builds those that are not in the cache: Debian packages, the engine's programs
 * from Go modules, the SDKs. The first time takes minutes.
 *
 * Fails with the code of the step that fails: PACKAGES_NOT_AVAILABLE, GO_NOT_FOUND, TOOL_FAILED.
 */
export async function engineParts(): Promise<EngineParts> {
  await requirePackages(packages);
  const cli = await daggerCli();
  const sdk = await sdkContent();
  const env = {
    ENGINE: await goTool("dagger-engine"),
    INIT: await goTool("dagger-init"),
    DNSNAME: await goTool("dnsname"),
    DNSMASQ: await which("dnsmasq", { path: systemPath }),
    RUNC: await which("runc", { path: systemPath }),
    CNI: "/usr/lib/cni",
    CONTENT: sdk.dir,
    DAGGER_GO_SDK_MANIFEST_DIGEST: sdk.goDigest,
    DAGGER_TYPESCRIPT_SDK_MANIFEST_DIGEST: sdk.typescriptDigest,
  };
  const texts = [sandboxScript, "/etc/resolv.conf"].map((file) => readFile(file, "utf8"));
  return { cli, env, digest: digestOf([env, engineConfig(0), await Promise.all(texts)]) };
}
