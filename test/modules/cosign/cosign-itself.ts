import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { goTool } from "../../../ci/engine/go-tool.ts";

const run = promisify(execFile);

/** Asks cosign itself, outside our code, and hands back what it prints. */
export async function cosign(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const quiet = { SIGSTORE_ROOT_FILE: "/dev/null", ...env };
  const { stdout } = await run(await goTool("cosign"), [...args], {
    env: { ...process.env, ...quiet },
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}
