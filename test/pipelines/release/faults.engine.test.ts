import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attached } from "#modules/cosign/src/reference.ts";
import { authority, issue } from "../../../ci/servers/certificate.ts";
import { layersIn } from "../../modules/cosign/layers.ts";
import { type FaultProxy, type Rule, startFaultProxy } from "../../servers/fault-proxy.ts";
import { onHost } from "../../servers/on-host.ts";
import { accessTo, lean, login, openServers, type Servers, secret, world } from "./world.ts";

let servers: Servers;
/** Stands before the registry, under its name. */
let proxy: FaultProxy;
beforeAll(async () => {
  servers = await openServers();
  const { folder, registry } = servers;
  const certificate = await issue(await authority(join(folder, "authority")), join(folder, "proxy"), [
    "registry.test",
  ]);
  proxy = await startFaultProxy({ port: registry.port, caFile: registry.caFile, certificate });
});
afterAll(async () => {
  await proxy?.close();
  await servers?.close();
});

/** How many signatures or attestations an image has. */
async function count(digest: string, kind: "sig" | "att"): Promise<number> {
  const name = `127.0.0.1:${servers.registry.port}/team/app`;
  return layersIn(JSON.parse(await servers.crane("manifest", attached({ name, digest }, kind)))).length;
}

const status = (code: number, headers = {}) => ({ kind: "answer", status: code, headers }) as const;
// As by a gateway: where a connection just ends, a container that reaches it through the caller is not told.
const lost = { kind: "replace", status: 504 } as const;

/** A fault for each thing that a release writes; the signature's answer never comes, nor that of the last attestations. */
const passing: readonly (Rule & Required<Pick<Rule, "method" | "path">>)[] = [
  { method: "POST", path: /blobs\/uploads/, times: 1, fault: status(503) },
  { method: "PATCH", path: /blobs\/uploads/, times: 1, fault: status(502) },
  { method: "PUT", path: /manifests\/sha256:/, times: 1, fault: lost },
  { method: "PUT", path: /manifests\/sha256-.*\.sig/, fault: lost },
  { method: "PUT", path: /manifests\/sha256-.*\.att/, after: 3, fault: lost },
  { method: "PUT", path: /manifests\/sha-/, times: 1, fault: status(429, { "retry-after": "1" }) },
  { method: "GET", path: /\/v2\/$/, after: 3, times: 1, fault: status(502) },
];

test("a registry and a git server that fail now and then, and lose answers, take a release once and whole", () =>
  world(servers, lean(servers), "", async ({ bare, git, release, verified }) => {
    const before = await startFaultProxy({ port: git.port });
    try {
      proxy.script(...passing);
      before.script(
        { method: "GET", path: /git-receive-pack/, times: 1, fault: status(502) },
        { method: "POST", path: /git-receive-pack/, times: 1, fault: lost },
      );
      const { record } = await release({
        registry: `registry.test:${proxy.port}`,
        registryAccess: accessTo(servers.registry, proxy.port),
        gitAccess: {
          username: login.username,
          password: secret(login.password),
          service: onHost({ frontend: 80, backend: before.port }),
        },
      });
      expect(record.failure).toBeUndefined();
      expect(record.outcome).toBe("released");
      const befallen = proxy.exchanges.filter(({ fault }) => fault !== undefined);
      for (const rule of passing) {
        const own = befallen.filter(({ method, path }) => method === rule.method && rule.path.test(path));
        expect(own, `${rule.method} ${rule.path}`).not.toEqual([]);
      }
      expect(before.exchanges.filter(({ fault }) => fault !== undefined)).toHaveLength(2);
      const [image] = record.images;
      const digest = image?.digest ?? "";
      expect(await count(digest, "sig")).toBe(1);
      expect(await count(digest, "att")).toBe(5);
      expect(image?.tags.map(({ effect }) => effect)).toEqual(["made"]);
      expect(bare.lines("log", "--format=%H", "main")).toEqual([record.bump?.commit, expect.any(String)]);
      expect((await verified(`${servers.name}@${digest}`)).outcome).toBe("passed");
    } finally {
      await before.close();
    }
  }));

test("what was written although no answer came is on record, and a second call ends it", () =>
  world(servers, lean(servers, { "app/app.py": "TWO = 2\n" }), "", async ({ bare, release }) => {
    const through = {
      registry: `registry.test:${proxy.port}`,
      registryAccess: accessTo(servers.registry, proxy.port),
    };
    // Nor may cosign look then whether it is there.
    let refused = 0;
    const losing = () => {
      refused = 1;
      return lost;
    };
    proxy.script(
      { method: "PUT", path: /manifests\/sha256-.*\.att/, after: 2, fault: losing },
      {
        method: "GET",
        path: /manifests\/sha256-.*\.att/,
        fault: () => (refused-- > 0 ? status(403) : undefined),
      },
    );
    const { record } = await release(through);
    const [image] = record.images;
    expect(record).toMatchObject({ outcome: "incomplete", failure: { stage: "attest" } });
    expect(record.failure?.code).toBe("REGISTRY_DENIED");
    expect(image?.attestations).toHaveLength(3);
    expect(image?.tags).toEqual([]);
    expect(bare.lines("log", "--format=%H", "main")).toHaveLength(1);

    // What is asked for again is found done: a tag is one of these.
    proxy.script({ method: "PUT", path: /manifests\/sha-/, fault: lost });
    const second = await release(through);
    expect(second.record.failure).toBeUndefined();
    expect(second.record.outcome).toBe("released");
    expect(second.record.images[0]?.attestations).toHaveLength(5);
    expect(await count(image?.digest ?? "", "sig")).toBe(1);
    expect(bare.lines("log", "--format=%H", "main")).toHaveLength(2);
  }));
