import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StepLog } from "../progress.ts";

/** The environment of Go in the SDK's image. Packages that are compiled in another one are compiled there again. */
const environment = [
  "PATH=/usr/local/go/bin:/usr/bin:/bin",
  "HOME=/root",
  "GOPATH=/go",
  "GOTOOLCHAIN=local",
  "GOPROXY=off",
];

/**
 * Fills the module cache and the build cache of a root filesystem with the imports of a module. The modules are
 * fetched with this machine's settings. They are compiled inside, because the results contain paths.
 *
 * @param root the root filesystem, with Go at /usr/local/go.
 * @param module folder of a Go module whose package has the imports.
 * @param go this machine's `go`.
 */
export async function compileImports(root: string, module: string, go: string, log: StepLog): Promise<void> {
  const work = join(root, "tmp/imports");
  await cp(module, work, { recursive: true });
  const env = { GOMODCACHE: join(root, "go/pkg/mod"), GOFLAGS: "-modcacherw", GOWORK: "off" };
  // `go mod tidy`, which codegen runs, also needs the imports of these modules' tests.
  await log.run(go, ["mod", "tidy"], { cwd: work, env });
  await cp(module, work, { recursive: true });
  await log.run("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
  const inside = ["chroot", root, "env", "-i", "-C", "/tmp/imports", ...environment];
  const proc = `--mount-proc=${join(root, "proc")}`;
  const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", proc];
  await log.run("unshare", [...namespaces, ...inside, "go", "build", "."]);
  // The archives are not needed, because the unpacked modules are there too.
  await log.run("find", [join(root, "go/pkg/mod/cache/download"), "-name", "*.zip", "-delete"]);
  await rm(work, { recursive: true });
}
