import { chmod, cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { $ } from "zx";
import { cached } from "./cache.ts";
import { requirePackages } from "./debian.ts";
import { step } from "./progress.ts";

/** The toolchain to take from the module proxy if the machine's own Go is older than 1.21. */
const toolchain = "1.25.3";
const oldest = 21;

export interface Go {
  /** The program `go`. */
  readonly path: string;
  /**
   * Returns the version that builds the module in `dir`: Go ≥ 1.21 itself fetches the version that go.mod requires.
   */
  version(dir: string): Promise<string>;
}

/**
 * Finds a Go that can build the tools: `go` on PATH if it is 1.21 or newer. An older `go` fetches a newer toolchain, the
 * Go module golang.org/toolchain. Without any `go`, Debian's package is installed for that.
 *
 * Fails with GO_NOT_FOUND if that is not possible.
 */
export async function findGo(): Promise<Go> {
  const found = await minorVersion("go");
  if (found >= oldest) return goAt("go");
  if (found === 0) await requirePackages(["golang-go"]);
  return goAt(await fetchToolchain());
}

function goAt(path: string): Go {
  return {
    path,
    version: async (dir) => (await $({ cwd: dir, quiet: true })`${path} env GOVERSION GOARCH`).stdout.trim(),
  };
}

async function minorVersion(go: string): Promise<number> {
  const result = await $({ quiet: true, nothrow: true })`${go} env GOVERSION`;
  return result.exitCode === 0 ? Number(/^go1\.(\d+)/.exec(result.stdout)?.[1] ?? 0) : 0;
}

async function fetchToolchain(): Promise<string> {
  const arch = (await $({ quiet: true })`go env GOARCH`).stdout.trim();
  const module = `golang.org/toolchain@v0.0.1-go${toolchain}.linux-${arch}`;
  try {
    const root = await cached("go", { module }, (dir) =>
      step(`fetching Go ${toolchain} from the Go module proxy`, async (log) => {
        const answer = await log.run("go", ["mod", "download", "-json", module]);
        const source = /"Dir": "([^"]+)"/.exec(answer)?.[1] ?? "";
        await cp(source, dir, { recursive: true });
        // The zip of a module keeps no file modes, so the programs must be made executable again.
        for (const folder of ["bin", `pkg/tool/linux_${arch}`]) {
          await chmod(join(dir, folder), 0o755);
          for (const file of await readdir(join(dir, folder))) await chmod(join(dir, folder, file), 0o755);
        }
      }),
    );
    return join(root, "bin", "go");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(
      `GO_NOT_FOUND: no Go of 1.${oldest} or newer: ${why}\nInstall a current Go and put it on PATH.`,
    );
  }
}
