import { chmod, copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { $ } from "zx";
import { cacheDir, cached, digestOf } from "../cache.ts";
import { findGo } from "../go.ts";
import { goTool } from "../go-tool.ts";
import { withLock } from "../lock.ts";
import { step } from "../progress.ts";
import { contents } from "./contents.ts";
import { compileImports } from "./go-imports.ts";
import { packLayer } from "./oci-content.ts";

/** The module that codegen is built from. */
const codegenModule = fileURLToPath(new URL("../go/dagger", import.meta.url));
const importsModule = fileURLToPath(new URL("go", import.meta.url));

/** The parts of a Go installation that no build of a module reads. */
const leftOut = ["./api", "./doc", "./misc", "./test", "./src/cmd"];

/** The contents of the layer. */
const packed = ["usr/local/go", "usr/local/bin", "go", "root/.cache"];

/**
 * Returns the layer of the Go SDK: the toolchain, codegen, and the compiled imports of the code that codegen writes.
 * The toolchain is the one that built codegen, because codegen writes its own version of Go into go.mod, and an older
 * toolchain refuses that.
 *
 * @param base the layer below.
 */
export async function goLayer(base: string): Promise<string> {
  const go = await findGo();
  const codegen = await goTool("codegen");
  const environment = await $({ cwd: codegenModule, quiet: true })`${go.path} env GOROOT GOVERSION`;
  const [goroot = "", version = ""] = environment.stdout.split("\n");
  const imports = digestOf(await contents(importsModule));
  const key = { name: "go", format: 3, version, arch: process.arch, codegen, leftOut, packed, base, imports };
  return cached("sdk-layer", key, (dir) =>
    withLock(join(cacheDir(), "locks", "go-build"), () =>
      step(`packing the Go SDK with ${version}`, async (log) => {
        const root = join(dir, "root");
        await mkdir(root);
        await log.run("tar", ["-C", root, "-xf", join(base, "layer.tar")]);
        for (const folder of ["usr/local/go", "usr/local/bin", "go/pkg/mod", "root/.cache/go-build"])
          await mkdir(join(root, folder), { recursive: true });
        const excluded = leftOut.map((folder) => `--exclude=${folder}`);
        const archive = join(dir, "go.tar");
        await log.run("tar", ["-C", `${goroot}/`, "--anchored", ...excluded, "-cf", archive, "."]);
        const installed = join(root, "usr/local/go");
        await log.run("tar", ["-C", installed, "--no-same-owner", "-xf", archive]);
        // A toolchain from the module proxy has no file modes.
        await log.run("chmod", ["-R", "+x", join(installed, "bin"), join(installed, "pkg/tool")]);
        await copyFile(codegen, join(root, "usr/local/bin/codegen"));
        await chmod(join(root, "usr/local/bin/codegen"), 0o755);
        await compileImports(root, importsModule, go.path, log);
        await packLayer(root, dir, log, packed);
        await rm(root, { recursive: true, force: true });
        await rm(archive);
      }),
    ),
  );
}
