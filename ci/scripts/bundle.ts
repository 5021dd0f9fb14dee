import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { z } from "zod";

/** The file that the functions of `dagger call` import, and the one that takes its place. */
const entry = "#pipelines/functions/functions.ts";
const bundle = "./bundle/functions.js";

/**
 * The only dependency of a bundle: at exactly the version that Dagger's TypeScript runtime brings, nothing is
 * installed before the first call. https://docs.dagger.io/api/module-structure
 */
export const runtimeTypescript = "5.9.3";

const packages = z.record(z.string(), z.string());
const packageSchema = z.object({
  imports: z.record(z.string(), z.string()),
  dependencies: packages,
  devDependencies: packages,
});
const lockSchema = z.object({ packages: z.looseObject({ "": z.looseObject({}) }) });
const moduleSchema = z.object({ include: z.array(z.string()) });

/**
 * Makes a tree of Slipway call one file in place of its sources, so that a first call installs nothing, and every call
 * loads less. The sources stay for those who import them. The same tree gives the same bundle.
 *
 * @param root the folder of the tree, with the dependencies installed. @param out the folder with a copy of it that is
 *   changed; may be the same.
 */
export async function bundleTree(root: string, out: string): Promise<void> {
  const manifest = await read(root, "package.json", packageSchema);
  const lock = await read(root, "package-lock.json", lockSchema);
  const module = await read(root, "dagger.json", moduleSchema);
  await build({
    absWorkingDir: root,
    entryPoints: [manifest.imports["#pipelines/*"]?.replace("*", "functions/functions.ts") ?? ""],
    outfile: join(out, bundle),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@dagger.io/dagger"],
    legalComments: "eof",
    // Some libraries are CommonJS, and ask for Node's own modules by `require`.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
  const { typescript: _, ...libraries } = manifest.dependencies;
  const moved = {
    dependencies: { typescript: runtimeTypescript },
    devDependencies: sorted({ ...libraries, ...manifest.devDependencies }),
  };
  const imports = { [entry]: bundle, ...manifest.imports };
  await write(out, "package.json", { ...manifest, imports, ...moved });
  await write(out, "package-lock.json", {
    ...lock,
    packages: { ...lock.packages, "": { ...lock.packages[""], ...moved } },
  });
  const sources = /^!?(?:pipelines|modules)\//;
  const include = [...module.include.filter((glob) => !sources.test(glob)), "bundle/**"];
  await write(out, "dagger.json", { ...module, include });
}

function sorted(versions: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(versions).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** Reads a JSON file. What the schema does not name is kept, in its order. */
async function read<Value extends object>(folder: string, name: string, schema: z.ZodType<Value>) {
  const value: unknown = JSON.parse(await readFile(join(folder, name), "utf8"));
  const known = schema.parse(value);
  return { ...(typeof value === "object" ? value : {}), ...known };
}

function write(folder: string, name: string, value: unknown): Promise<void> {
  return writeFile(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
}
