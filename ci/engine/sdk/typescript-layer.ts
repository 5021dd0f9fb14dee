import { chmod, copyFile, cp, mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cached, digestOf } from "../cache.ts";
import { goTool } from "../go-tool.ts";
import { type StepLog, step } from "../progress.ts";
import { contents } from "./contents.ts";
import { npmSettings } from "./machine-settings.ts";
import { npmPackages, programs } from "./npm-packages.ts";
import { packLayer } from "./oci-content.ts";

const runtimeModule = fileURLToPath(new URL("typescript/runtime", import.meta.url));

/** Symlinks in the root filesystem, and their targets. */
const links: Readonly<Record<string, string>> = {
  "usr/local/bin/npm": "../lib/node_modules/npm/bin/npm-cli.js",
  "usr/local/bin/npx": "../lib/node_modules/npm/bin/npx-cli.js",
  "usr/local/bin/yarn": "../lib/node_modules/yarn/bin/yarn.js",
  "usr/local/bin/tsx": "../lib/node_modules/tsx/dist/cli.mjs",
  "usr/local/bin/bunx": "bun",
  "usr/local/lib/node_modules/tsx": "/tsx_module",
  "introspector/node_modules/typescript": "/typescript-library",
};

interface Packages {
  readonly library: string;
  readonly tools: string;
  readonly tsx: string;
}

/**
 * Returns the layer of the TypeScript SDK, so that a module needs no image from a registry. It has the Dagger module
 * `runtime`, codegen, the library bundled from the npm package, Node, Bun, npm, yarn and tsx.
 */
export async function typescriptLayer(): Promise<string> {
  const codegen = await goTool("codegen");
  const packages: Packages = {
    library: await npmPackages("library"),
    tools: await npmPackages("tools"),
    tsx: await npmPackages("tsx"),
  };
  const [runtime, npmrc] = [await contents(runtimeModule), await npmSettings()];
  const key = {
    name: "typescript",
    format: 2,
    codegen,
    ...packages,
    runtime: digestOf(runtime),
    links,
    npmrc,
  };
  return cached("sdk-layer", key, (dir) =>
    step("packing the TypeScript SDK", async (log) => {
      const root = join(dir, "root");
      await mkdir(join(root, "root"), { recursive: true });
      await cp(runtimeModule, join(root, "runtime"), { recursive: true });
      await copyFile(codegen, join(root, "codegen"));
      await chmod(join(root, "codegen"), 0o755);
      if (npmrc !== "") await writeFile(join(root, "root/.npmrc"), npmrc);
      await placePrograms(root, packages);
      await bundleLibrary(root, packages, log);
      await packLayer(root, dir, log);
      await rm(root, { recursive: true, force: true });
    }),
  );
}

async function placePrograms(root: string, { tools, tsx }: Packages): Promise<void> {
  const modules = join(root, "usr/local/lib/node_modules");
  for (const [name, from] of Object.entries(await programs(tools))) {
    const to = join(root, "usr/local/bin", name);
    await cp(from, to);
    await chmod(to, 0o755);
  }
  for (const name of ["npm", "yarn"]) await cp(join(tools, name), join(modules, name), { recursive: true });
  // tsx is separate and includes its dependencies, because it alone is mounted into images that a module chooses.
  await cp(join(tsx, "tsx"), join(root, "tsx_module"), { recursive: true });
  await cp(tsx, join(root, "tsx_module/node_modules"), {
    recursive: true,
    filter: (path) => path !== join(tsx, "tsx"),
  });
  for (const [name, target] of Object.entries(links)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await symlink(target, join(root, name));
  }
  // In the official runtime, a module's dependencies cannot come from git: its image has no git.
  await mkdir(join(root, "usr/bin"), { recursive: true });
  await writeFile(join(root, "usr/bin/.wh.git"), "");
}

async function bundleLibrary(root: string, { library, tools }: Packages, log: StepLog): Promise<void> {
  const { bun } = await programs(tools);
  const source = join(library, "@dagger.io/dagger/dist/src");
  const build = (target: string, from: string, to: string) =>
    log.run(bun, [
      "build",
      join(source, from),
      "--external=typescript",
      `--target=${target}`,
      `--outfile=${join(root, to)}`,
    ]);
  await build("node", "index.js", "bundled_lib/core.js");
  await build("bun", "module/entrypoint/introspection_entrypoint.js", "introspector/index.js");
  await bundleTypes(join(root, "bundled_lib/core.d.ts"), library, source, log);
  await cp(join(library, "typescript"), join(root, "typescript-library"), { recursive: true });
}

/** Joins the library's type declarations in one file. The plugin follows them only outside of node_modules. */
async function bundleTypes(to: string, library: string, source: string, log: StepLog): Promise<void> {
  const copy = `${to}.source`;
  await cp(source, copy, { recursive: true });
  const rollup = join(library, "rollup/dist/bin/rollup");
  const options = ["-i", join(copy, "index.d.ts"), "-p", "rollup-plugin-dts", "-o", to];
  await log.run("node", [rollup, ...options], { cwd: dirname(library) });
  await rm(copy, { recursive: true });
}
