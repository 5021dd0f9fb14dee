import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { $ } from "zx";
import { reasonText } from "#pipelines/errors/explain.ts";
import type { ReleaseRequest } from "#pipelines/release/request.ts";
import type { BareRepository } from "../../../ci/servers/bare-repository.ts";
import { authority } from "../../../ci/servers/certificate.ts";
import { type RegistryOptions, type RegistryServer, startRegistry } from "../../../ci/servers/registry.ts";
import { repository } from "../../fixtures/repository.ts";
import { accessTo, fleet, lean, openServers, type Servers, secret, world } from "./world.ts";

let servers: Servers;
const ends: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  servers = await openServers();
  ends.push(servers.close);
});
afterAll(async () => {
  for (const end of ends.reverse()) await end();
});

/** Another registry than the one that the world releases to. */
async function registryWith(folder: string, options: RegistryOptions): Promise<RegistryServer> {
  const registry = await startRegistry(join(servers.folder, folder), {
    authority: join(servers.folder, "authority"),
    ...options,
  });
  ends.push(registry.stop);
  return registry;
}

/** What a call hands over to release to it. */
const to = (registry: RegistryServer): Partial<ReleaseRequest> => ({
  registry: `registry.test:${registry.port}`,
  registryAccess: accessTo(registry),
});

interface Case {
  readonly what: string;
  readonly says: RegExp;
  readonly stage: "verdict" | "publish";
  with(bare: BareRepository): Promise<Partial<ReleaseRequest>> | Partial<ReleaseRequest>;
}

const committed = (files: Readonly<Record<string, string>>) => (bare: BareRepository) => {
  bare.commit(files);
  return {};
};

/** Commits a tree of these entries alone, as git's mktree reads them. */
const treed = (entries: (blob: (text: string) => string) => string) => (bare: BareRepository) => {
  const of = (args: readonly string[], input: string) =>
    execFileSync("git", ["-C", bare.path, ...args], { input, encoding: "utf8" }).trim();
  const tree = of(
    ["mktree"],
    entries((text) => of(["hash-object", "-w", "--stdin"], text)),
  );
  bare.git("update-ref", "refs/heads/main", bare.git("commit-tree", tree, "-p", "main", "-m", "By hand"));
  return {};
};

const overlay = fleet["staging/kustomization.yaml"];
const entry = overlay.slice(overlay.indexOf("  - name"));

const cases: readonly Case[] = [
  {
    what: "a key whose passphrase is another",
    says: /^PASSPHRASE_WRONG: /,
    stage: "verdict",
    with: () => ({
      signer: {
        key: secret(servers.keys.privateKey),
        passphrase: secret("another"),
      },
    }),
  },
  {
    what: "a registry's login that is none",
    says: /^REGISTRY_DENIED: /,
    stage: "verdict",
    with: () => to({ ...servers.registry, password: "another" }),
  },
  {
    what: "a registry of an authority that nobody trusts",
    says: /^REGISTRY_UNTRUSTED: /,
    stage: "verdict",
    with: async () => {
      const { certFile } = await authority(join(servers.folder, "strange"));
      return to({ ...servers.registry, caFile: certFile });
    },
  },
  {
    what: "a registry whose certificate has expired",
    says: /^REGISTRY_UNTRUSTED: .*expired/s,
    stage: "verdict",
    with: async () => to(await registryWith("expired", { certificate: "expired" })),
  },
  {
    what: "a registry that takes nothing",
    says: /^REGISTRY_DENIED: /,
    stage: "publish",
    with: async () => to(await registryWith("read-only", { readOnly: true })),
  },
  {
    what: "a registry that is full",
    says: /^REGISTRY_FULL: /,
    stage: "publish",
    with: async () => {
      const storage = join(servers.folder, "small");
      await mkdir(storage);
      await $({ quiet: true })`mount -t tmpfs -o size=300k tmpfs ${storage}`;
      ends.push(() => $({ quiet: true })`umount --lazy ${storage}`);
      return to(await registryWith("full", { storage }));
    },
  },
  {
    what: "a GitOps repository without the overlay",
    says: /^KUSTOMIZATION_NOT_FOUND: .*staging/,
    stage: "verdict",
    with: treed(() => ""),
  },
  {
    what: "an overlay that leads out of the repository",
    says: /^PATH_OUTSIDE_SOURCE: /,
    stage: "verdict",
    with: treed((blob) => `120000 blob ${blob("/etc")}\tstaging\n`),
  },
  {
    what: "a GitOps repository without a commit",
    says: /^REPOSITORY_EMPTY: /,
    stage: "verdict",
    with: (bare) => {
      bare.git("update-ref", "-d", "refs/heads/main");
      return {};
    },
  },
  {
    what: "an overlay that has the image twice",
    says: /^KUSTOMIZATION_INVALID: /,
    stage: "verdict",
    with: committed({ "staging/kustomization.yaml": `${overlay}${entry}` }),
  },
  {
    what: "an overlay with a fault of syntax",
    says: /^KUSTOMIZATION_INVALID: .*staging\/kustomization\.yaml/,
    stage: "verdict",
    with: committed({ "staging/kustomization.yaml": "resources: [app.yaml\nimages:\n" }),
  },
];

/** A commit of the minute after, since of two in one second none is the newer. */
const later =
  'GIT_COMMITTER_DATE="@$(($(git log -1 --format=%ct) + 60)) +0000" git commit -q --allow-empty -m second';

/** More than the full registry has room for. */
const large = {
  "app/large.bin": createHash("shake256", { outputLength: 400_000 }).update("large").digest("base64"),
  "app/Dockerfile": "FROM scratch\nCOPY app.py large.bin /\nUSER 10001\nHEALTHCHECK NONE\n",
};

test.for(cases)("$what is a coded error, and nothing is half-done", ({ says, stage, with: handed }) =>
  world(servers, lean(servers, large), "", async ({ bare, release }) => {
    const [before, more] = [await servers.writes(), await handed(bare)];
    const branches = bare.git("for-each-ref");
    const { record } = await release(more);
    const { failure } = record;
    expect({ stage: failure?.stage, says: failure && reasonText(failure) }).toEqual({
      stage,
      says: expect.stringMatching(says),
    });
    expect({ outcome: record.outcome, public: record.public }).toEqual({ outcome: "refused", public: [] });
    expect(await servers.writes()).toBe(before);
    expect(bare.git("for-each-ref")).toBe(branches);
  }),
);

test("tag rules that yield nothing stop a release before anything is run", () => {
  const files = lean(servers);
  const config = files["slipway.yaml"].replace('"type=sha,format=long", ', "");
  return world(servers, { ...files, "slipway.yaml": config }, "", async ({ release }) => {
    await expect(release()).rejects.toThrow(/^NO_TAGS: .*type=sha/s);
  });
});

test("a copy that fails is named and made by the next call; a tag that moves stays with the newer commit", () =>
  world(servers, lean(servers), `git tag v1.0.0\n${later}\ngit tag v2.0.0`, async (one) => {
    const replicaAccess = {
      username: servers.replica.username,
      password: secret("another"),
    };
    const first = await one.release({ replicaAccess });
    const place = `replica.test:${servers.replica.port}/copies/app`;
    expect(first.record.outcome).toBe("incomplete");
    expect(first.record.failure).toBeUndefined();
    expect(first.record.images[0]?.replicas).toEqual([
      { name: place, fault: expect.stringMatching(/^REGISTRY_/) },
    ]);
    expect(first.record.bump?.outcome).toBe("committed");

    const second = await one.release();
    expect(second.record.outcome).toBe("released");
    expect(second.record.images[0]?.replicas).toEqual([{ name: place }]);
    expect(second.record.images[0]?.tags.map(({ effect }) => effect)).toEqual(["there", "there", "there"]);

    const commands = `git tag v1.0.0\n${later}\ngit checkout -q v1.0.0`;
    const older = await one.release({ git: repository(lean(servers), commands).history });
    const [image] = older.record.images;
    expect(older.record.outcome).toBe("released");
    expect(image?.tags).toContainEqual({ tag: "latest", effect: "kept" });
    expect(older.record.bump?.outcome).toBe("newer");
    expect(await servers.crane("digest", `127.0.0.1:${servers.registry.port}/team/app:latest`)).toBe(
      first.record.images[0]?.digest,
    );
  }));
