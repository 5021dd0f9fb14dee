import { describe, expect, test } from "vitest";
import { overlaps, removalOf } from "../../../ci/engine/network.ts";

const chainA = "CNI-0123456789abcdef01234567";
const chainB = "CNI-89abcdef0123456789abcdef";

const nat = `*nat
:PREROUTING ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
:${chainA} - [0:0]
:${chainB} - [0:0]
-A POSTROUTING -s 10.87.0.2/32 -m comment --comment "name: \\"slipway\\" id: \\"a\\"" -j ${chainA}
-A POSTROUTING -s 10.88.0.2/32 -m comment --comment "name: \\"slipother\\" id: \\"b\\"" -j ${chainB}
-A POSTROUTING -s 172.17.0.0/16 -j MASQUERADE
-A ${chainA} -d 10.87.0.0/16 -m comment --comment "name: \\"slipway\\" id: \\"a\\"" -j ACCEPT
-A ${chainB} -d 10.88.0.0/16 -m comment --comment "name: \\"slipother\\" id: \\"b\\"" -j ACCEPT
COMMIT
`;

const filter = (...rules: string[]) => `*filter
:FORWARD ACCEPT [0:0]
:CNI-ADMIN - [0:0]
:CNI-FORWARD - [0:0]
-A FORWARD -m comment --comment "CNI firewall plugin rules" -j CNI-FORWARD
-A CNI-FORWARD -m comment --comment "CNI firewall plugin admin overrides" -j CNI-ADMIN
${rules.join("\n")}
COMMIT
`;

const ours = "-A CNI-FORWARD -s 10.87.0.2/32 -j ACCEPT";
const theirs = "-A CNI-FORWARD -s 10.88.0.2/32 -j ACCEPT";

describe("what an engine's network leaves in the packet filter", () => {
  test("is removed by name, and no rule of another network with it", () => {
    expect(removalOf(nat, "slipway", "10.87.0.0/16").split("\n")).toEqual([
      "*nat",
      `-D POSTROUTING -s 10.87.0.2/32 -m comment --comment "name: \\"slipway\\" id: \\"a\\"" -j ${chainA}`,
      `-D ${chainA} -d 10.87.0.0/16 -m comment --comment "name: \\"slipway\\" id: \\"a\\"" -j ACCEPT`,
      `-X ${chainA}`,
      "COMMIT",
      "",
    ]);
  });

  test("keeps the shared chains while another network has rules in them", () => {
    const removal = removalOf(filter(ours, theirs), "slipway", "10.87.0.0/16");
    expect(removal).toContain("-D CNI-FORWARD -s 10.87.0.2/32");
    expect(removal).not.toContain("-X");
    expect(removal).not.toContain("10.88");
  });

  test("takes the shared chains away with the last network", () => {
    const removal = removalOf(filter(ours), "slipway", "10.87.0.0/16");
    expect(removal).toContain("-D FORWARD");
    expect(removal).toContain("-X CNI-FORWARD\n-X CNI-ADMIN\n");
  });

  test("is nothing where nothing was left", () => {
    expect(removalOf("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n", "slipway", "10.87.0.0/16")).toBe("");
    expect(removalOf("", "slipway", "10.87.0.0/16")).toBe("");
  });
});

describe("a range of addresses", () => {
  test.each([
    ["10.87.0.1", true],
    ["10.87.4.0/24", true],
    ["10.0.0.0/8", true],
    ["10.86.0.0/15", true],
    ["10.88.0.0/16", false],
    ["172.17.0.0/16", false],
    ["default", false],
    ["0.0.0.0/0", false],
  ])("10.87.0.0/16 and %s: %s", (address, expected) => {
    expect(overlaps("10.87.0.0/16", address)).toBe(expected);
  });
});
