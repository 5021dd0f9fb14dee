import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { $ } from "zx";
import { requirePackages } from "../engine/debian.ts";

/** A certificate and its key, both files in PEM. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const days = "30";

/**
 * Makes a certificate authority in a folder, valid for 30 days, and keeps it there. A second call returns the same
 * one. Fails with PACKAGES_NOT_AVAILABLE without openssl.
 */
export async function authority(folder: string): Promise<Certificate> {
  const made = { certFile: join(folder, "ca.pem"), keyFile: join(folder, "ca.key") };
  if (existsSync(made.certFile) && (await isGood(made.certFile))) return made;
  await requirePackages(["openssl"]);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const constraints = [
    "-addext",
    "basicConstraints=critical,CA:TRUE",
    "-addext",
    "keyUsage=critical,keyCertSign",
  ];
  const files = ["-keyout", made.keyFile, "-out", made.certFile];
  await openssl([
    "req",
    "-x509",
    ...key,
    "-days",
    days,
    "-subj",
    "/CN=A local authority",
    ...constraints,
    ...files,
  ]);
  return made;
}

/**
 * Issues a server's certificate from an authority.
 *
 * @param names its host names and addresses
 * @param state expired: the certificate expired yesterday
 */
export async function issue(
  by: Certificate,
  folder: string,
  names: readonly string[],
  state: "valid" | "expired" = "valid",
): Promise<Certificate> {
  const made = { certFile: join(folder, "server.pem"), keyFile: join(folder, "server.key") };
  const [request, extensions] = [join(folder, "server.csr"), join(folder, "server.ext")];
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const alternatives = names.map((name) => `${isIP(name) ? "IP" : "DNS"}:${name}`).join(",");
  await writeFile(extensions, `subjectAltName=${alternatives}\nextendedKeyUsage=serverAuth\n`);
  await openssl([
    "req",
    "-new",
    ...key,
    "-subj",
    "/CN=A local server",
    "-keyout",
    made.keyFile,
    "-out",
    request,
  ]);
  const signer = ["-CA", by.certFile, "-CAkey", by.keyFile, "-CAcreateserial"];
  const term = ["-days", state === "valid" ? days : "-1"];
  await openssl([
    "x509",
    "-req",
    "-in",
    request,
    ...signer,
    ...term,
    "-extfile",
    extensions,
    "-out",
    made.certFile,
  ]);
  return made;
}

/** Whether a certificate is valid for another week. */
async function isGood(file: string): Promise<boolean> {
  const week = 7 * 24 * 60 * 60;
  return (
    (await $({ quiet: true, nothrow: true })`openssl x509 -checkend ${week} -noout -in ${file}`).exitCode ===
    0
  );
}

async function openssl(args: readonly string[]): Promise<void> {
  await $({ quiet: true })`openssl ${args}`;
}
