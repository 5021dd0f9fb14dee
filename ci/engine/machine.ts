import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { $ } from "zx";
import { runRoot } from "./instance.ts";
import { recordedInstances } from "./record.ts";

const file = join(runRoot, "machine.json");
const forwarding = "/proc/sys/net/ipv4/ip_forward";

/** Folders that the sandbox mounts on. They are created if they do not exist. */
const mountPoints = ["/run/buildkit", "/run/containers", "/var/lib/cni", join(runRoot, "private")];

const families = [
  { save: "iptables-save", nft: "ip" },
  { save: "ip6tables-save", nft: "ip6" },
] as const;

const machineSchema = z.object({
  forwarding: z.string(),
  made: z.array(z.string()),
  /** The tables of the packet filter that already existed, such as `ip nat`. */
  tables: z.array(z.string()),
});

/**
 * Records, before the first engine starts, the state that a start changes: forwarding of packets, the tables of the
 * packet filter, a few folders. Creates these folders.
 */
export async function prepareMachine(): Promise<void> {
  await mkdir(runRoot, { recursive: true, mode: 0o700 });
  if (!existsSync(file)) {
    const machine: z.infer<typeof machineSchema> = {
      forwarding: readFileSync(forwarding, "utf8"),
      made: mountPoints.filter((dir) => !existsSync(dir)),
      tables: await filterTables(),
    };
    await writeFile(`${file}.new`, JSON.stringify(machine));
    await $({ quiet: true })`mv ${file}.new ${file}`;
  }
  for (const dir of mountPoints) await mkdir(dir, { recursive: true });
}

/** Restores the state that `prepareMachine` recorded, unless another engine still runs. */
export async function restoreMachine(): Promise<void> {
  if (!existsSync(file) || (await recordedInstances()).length > 0) return;
  const machine = machineSchema.parse(JSON.parse(await readFile(file, "utf8")));
  for (const table of await filterTables()) {
    if (!machine.tables.includes(table)) await removeIfEmpty(table);
  }
  writeFileSync(forwarding, machine.forwarding);
  for (const dir of machine.made) await rmdir(dir).catch(() => {});
  await rm(file);
  await rmdir(runRoot).catch(() => {});
}

async function filterTables(): Promise<string[]> {
  const found = families.map(async ({ save, nft }) => {
    const { stdout } = await $({ quiet: true, nothrow: true })`${save}`;
    return [...stdout.matchAll(/^\*(\S+)$/gm)].map(([, table]) => `${nft} ${table}`);
  });
  return (await Promise.all(found)).flat();
}

/** Removes a table that has only the built-in chains with their default policy. */
async function removeIfEmpty(table: string): Promise<void> {
  const [family = "", name = ""] = table.split(" ");
  const save = family === "ip" ? "iptables-save" : "ip6tables-save";
  const { stdout } = await $({ quiet: true, nothrow: true })`${save} -t ${name}`;
  const content = stdout.split("\n").filter((line) => /^[:-]/.test(line));
  if (!content.every((line) => / ACCEPT /.test(line))) return;
  // This fails with the older kind of iptables, whose tables cannot be removed and do no harm.
  await $({ quiet: true, nothrow: true })`nft delete table ${family} ${name}`;
}
