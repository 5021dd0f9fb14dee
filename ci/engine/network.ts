import { z } from "zod";
import { $ } from "zx";

const candidates = Array.from({ length: 40 }, (_, index) => `10.${87 + index}.0.0/16`);
const addressesSchema = z.array(z.object({ addr_info: z.array(z.object({ local: z.string().optional() })) }));
const routesSchema = z.array(z.object({ dst: z.string().optional() }));

/**
 * Chooses a range of addresses for an engine's containers that no interface or route of the machine uses.
 *
 * Fails with NETWORK_NOT_AVAILABLE if all forty candidates from 10.87.0.0/16 on are in use.
 */
export async function freeNetwork(): Promise<string> {
  const quiet = $({ quiet: true });
  const addresses = addressesSchema.parse(JSON.parse((await quiet`ip -json -4 address`).stdout));
  const routes = routesSchema.parse(JSON.parse((await quiet`ip -json -4 route show table all`).stdout));
  const used = [
    ...addresses.flatMap((link) => link.addr_info.map((info) => info.local ?? "")),
    ...routes.map((route) => route.dst ?? ""),
  ];
  const free = candidates.find((range) => !used.some((address) => overlaps(range, address)));
  if (free) return free;
  throw new Error(
    "NETWORK_NOT_AVAILABLE: every range from 10.87.0.0/16 to 10.126.0.0/16 is routed on this machine. Free one of them.",
  );
}

/** Says whether `address`, with or without a prefix length, overlaps the /16 `range`. */
export function overlaps(range: string, address: string): boolean {
  const match = /^(\d+)\.(\d+)\.\d+\.\d+(?:\/(\d+))?$/.exec(address);
  if (!match) return false;
  const bits = Math.min(Number(match[3] ?? 32), 16);
  if (bits === 0) return false;
  const [first = 0, second = 0] = range.split(".").map(Number);
  const mask = (0xffff << (16 - bits)) & 0xffff;
  return ((first * 256 + second) & mask) === ((Number(match[1]) * 256 + Number(match[2])) & mask);
}

/**
 * Removes the network of an engine that was killed: its bridge, and the rules and chains that CNI's plugins added to
 * the packet filter for it.
 *
 * @param network the network's name, which is in the rules' comments.
 * @param range the containers' addresses, if known.
 */
export async function removeNetwork(network: string, range?: string): Promise<void> {
  await $({ quiet: true, nothrow: true })`ip link delete ${network}0`;
  for (const family of ["iptables", "ip6tables"]) {
    for (const table of ["nat", "filter"]) await removeRules(family, table, network, range);
  }
}

async function removeRules(family: string, table: string, network: string, range?: string): Promise<void> {
  const saved = (await $({ quiet: true, nothrow: true })`${family}-save -t ${table}`).stdout;
  const input = removalOf(saved, network, range);
  if (input) await $({ quiet: true, input })`${family}-restore --noflush`;
}

/**
 * Writes the input for iptables-restore that removes the rules of one network from a saved table. Empty if there is
 * nothing to remove. The chains of CNI's firewall, which several networks share, are removed when no network has a
 * rule in them.
 */
export function removalOf(saved: string, network: string, range?: string): string {
  const table = /^\*(\S+)$/m.exec(saved)?.[1];
  if (!table) return "";
  const rules = saved.split("\n").filter((line) => line.startsWith("-A "));
  const addresses = range && ` ${range.replace(/\.0\.0\/16$/, ".")}`;
  const ours = (rule: string) =>
    rule.includes(`name: \\"${network}\\" `) ||
    (addresses !== undefined && rule.startsWith("-A CNI-FORWARD ") && rule.includes(addresses));
  const shared = (rule: string) => / -j CNI-(FORWARD|ADMIN)$/.test(rule);
  const chains = new Set(
    rules
      .filter(ours)
      .flatMap((rule) => [...rule.matchAll(/ (CNI-[0-9a-f]{24})\b/g)].map(([, chain]) => chain ?? "")),
  );
  const remaining = rules.filter(
    (rule) => !ours(rule) && /^-A CNI-(FORWARD|ADMIN) /.test(rule) && !shared(rule),
  );
  const idle = remaining.length === 0 && saved.includes(":CNI-FORWARD ");
  const removed = rules.filter((rule) => ours(rule) || (idle && shared(rule)));
  if (idle) for (const chain of ["CNI-FORWARD", "CNI-ADMIN"]) chains.add(chain);
  if (removed.length === 0 && chains.size === 0) return "";
  return [
    `*${table}`,
    ...removed.map((rule) => rule.replace("-A", "-D")),
    ...[...chains].map((chain) => `-X ${chain}`),
    "COMMIT",
    "",
  ].join("\n");
}
