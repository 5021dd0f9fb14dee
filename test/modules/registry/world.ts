import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dag } from "@dagger.io/dagger";
import { registryFrom } from "#modules/registry/src/from-settings.ts";
import type { Registry } from "#modules/registry/src/index.ts";
import { authority, type Certificate, issue } from "../../../ci/servers/certificate.ts";
import { type RegistryOptions, type RegistryServer, startRegistry } from "../../../ci/servers/registry.ts";
import { type FaultProxy, startFaultProxy } from "../../servers/fault-proxy.ts";
import { onHost } from "../../servers/on-host.ts";
import { startTokenServer, type TokenServer, type User } from "../../servers/token-server.ts";

/** What a test reaches a registry with, where it is not what the registry itself says. */
export interface Reach {
  readonly username?: string;
  readonly password?: string;
  readonly caFile?: string;
  readonly deadline?: number;
  readonly timeout?: number;
  /** A further port that is reached under the registry's name. */
  readonly also?: number;
}

/** Real registries and proxies of one test file, in a folder that goes with them. */
export class World {
  private readonly ends: (() => Promise<void>)[] = [];
  /** Those of proxies: one a registry, by the folder that it is in. */
  private readonly certificates = new Map<string, Promise<Certificate>>();
  private constructor(readonly folder: string) {}

  static async create(): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), "slipway-registry-")));
  }

  async registry(name: string, options: RegistryOptions = {}): Promise<RegistryServer> {
    const started = await startRegistry(join(this.folder, name), {
      authority: join(this.folder, "ca"),
      ...options,
    });
    this.ends.push(started.stop);
    return started;
  }

  /** A proxy before a registry, under the same name and an authority that the registry's own is from. */
  async proxy({ host, port, caFile }: RegistryServer): Promise<FaultProxy> {
    const folder = join(this.folder, `proxy-${port}`);
    const made =
      this.certificates.get(folder) ??
      authority(join(this.folder, "ca")).then((by) => issue(by, folder, [host]));
    this.certificates.set(folder, made);
    const started = await startFaultProxy({ port, caFile, certificate: await made });
    this.ends.push(started.close);
    return started;
  }

  /** What gives out tokens for a registry of that name. */
  async tokens(host: string, users: readonly User[]): Promise<TokenServer> {
    const folder = join(this.folder, "tokens");
    const certificate = await issue(await authority(join(this.folder, "ca")), folder, [host]);
    const started = await startTokenServer(folder, host, certificate, users);
    this.ends.push(started.close);
    return started;
  }

  async end(): Promise<void> {
    for (const end of this.ends.reverse()) await end();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The module, reaching a registry through a port: the registry's own, or that of a proxy before it. */
export function reaching(server: RegistryServer, port: number = server.port, reach: Reach = {}): Registry {
  const { username = server.username, password = server.password, caFile = server.caFile } = reach;
  return registryFrom({
    username,
    password: dag.setSecret(`password-${password}`, password),
    ca: dag.host().file(caFile),
    service: onHost(port, ...(reach.also === undefined ? [] : [reach.also])),
    deadline: reach.deadline ?? 60,
    timeout: reach.timeout ?? 60,
  });
}
