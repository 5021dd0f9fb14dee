import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Runs `work` while this process holds the lock on `file`, and returns its result.
 *
 * The lock is the kernel's (flock). A child holds it, and the child's input is a pipe from this process. When this
 * process ends, killed or not, the pipe closes, the child ends and the lock is free. So no lock outlives its holder,
 * and nothing must be cleaned up.
 *
 * Fails with LOCK_NOT_AVAILABLE without the program `flock`.
 *
 * @param file path of the lock file; created if it does not exist, never removed.
 * @param work the work to do alone.
 * @param onWait called once if another process holds the lock.
 */
export async function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  const release = await acquire(file, onWait);
  try {
    return await work();
  } finally {
    await release();
  }
}

function acquire(file: string, onWait?: () => void): Promise<() => Promise<void>> {
  mkdirSync(dirname(file), { recursive: true });
  return new Promise((resolve, reject) => {
    // In its own session, so that Ctrl-C does not release the lock before the work has ended.
    const child = spawn("flock", ["--close", file, "sh", "-c", "echo locked; exec cat >/dev/null"], {
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const ended = new Promise<void>((done) => child.once("close", () => done()));
    const waiting = setTimeout(() => onWait?.(), 500);
    child.stdin.on("error", () => {});
    child.once("error", (error) => {
      clearTimeout(waiting);
      reject(
        new Error(
          `LOCK_NOT_AVAILABLE: cannot lock ${file}: ${error.message}. Install util-linux, which has flock.`,
        ),
      );
    });
    child.once("close", (code) => {
      clearTimeout(waiting);
      reject(new Error(`LOCK_NOT_AVAILABLE: flock on ${file} ended with ${code}. Is the folder writable?`));
    });
    child.stdout.once("data", () => {
      clearTimeout(waiting);
      resolve(() => {
        child.stdin.end();
        return ended;
      });
    });
  });
}
