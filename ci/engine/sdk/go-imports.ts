import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { StepLog } from "../progress.ts";

/** The environment of Go in the SDK's image: what is compiled under another one is compiled again there. */
const environment = [
  "PATH=/usr/local/go/bin:/usr/bin:/bin",
  "HOME=/root",
  "GOPATH=/go",
  "GOTOOLCHAIN=local",
  "GOPROXY=off",
];

/**
 * Fills the module cache and the build cache of a root filesystem with what a module imports. Modules
 * are fetched as this machine does it; they are compiled inside, since paths are part of the result.
 *
 * @param root the root filesystem, with Go at /usr/local/go.
 * @param module folder of a Go module whose package imports what is wanted.
 * @param go this machine's `go`.
 */
export async function compileImports(root: string, module: string, go: string, log: StepLog): Promise<void> {
  const work = join(root, "tmp/imports");
  await cp(module, work, { recursive: true });
  const env = { GOMODCACHE: join(root, "go/pkg/mod"), GOFLAGS: "-modcacherw", GOWORK: "off" };
  // `go mod tidy`, which codegen runs, also wants what the tests of these modules import.
  await log.run(go, ["mod", "tidy"], { cwd: work, env });
  await cp(module, work, { recursive: true });
  await log.run("mknod", ["-m", "666", join(root, "dev/null"), "c", "1", "3"]);
  const inside = ["chroot", root, "env", "-i", "-C", "/tmp/imports", ...environment];
  const proc = `--mount-proc=${join(root, "proc")}`;
  const namespaces = ["--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", proc];
  await log.run("unshare", [...namespaces, ...inside, "go", "build", "."]);
  // The archives of the modules: unpacked they lie beside.
  await log.run("find", [join(root, "go/pkg/mod/cache/download"), "-name", "*.zip", "-delete"]);
  await rm(work, { recursive: true });
}
