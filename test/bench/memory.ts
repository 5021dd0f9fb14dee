import { readdirSync, readFileSync } from "node:fs";

const pageSize = 4096;
const intervalMs = 250;

interface Process {
  readonly parent: number;
  readonly bytes: number;
}

/**
 * Watches how much memory processes use together with all that descend from them: the sum of what each has resident,
 * so that what they share counts more than once.
 *
 * @param roots the numbers of the processes.
 * @returns a function that ends the watch and hands back the peak, in bytes.
 */
export function watchMemory(roots: readonly number[]): () => number {
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, bytesOf(roots, processes()));
  };
  look();
  const timer = setInterval(look, intervalMs);
  return () => {
    clearInterval(timer);
    return peak;
  };
}

/** Adds up the memory of the roots and their descendants. */
export function bytesOf(roots: readonly number[], all: ReadonlyMap<number, Process>): number {
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of all) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const open = [...new Set(roots)];
  const counted = new Set<number>();
  let bytes = 0;
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (counted.has(pid)) continue;
    counted.add(pid);
    bytes += all.get(pid)?.bytes ?? 0;
    open.push(...(children.get(pid) ?? []));
  }
  return bytes;
}

function processes(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      found.set(Number(name), { parent: Number(stat[1]), bytes: Number(stat[21]) * pageSize });
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}
