import { readFile } from "node:fs/promises";
import {
  type Directory,
  dag,
  type File,
  NetworkProtocol,
  type Secret,
  type Service,
} from "@dagger.io/dagger";
import { release } from "#pipelines/release/release.ts";
import { releaseScreen } from "#pipelines/release/screen.ts";
import { session } from "../session.ts";

// One release in a process of its own, so that it can be killed. It takes the options of `dagger call release` that
// `releaseWorld` gives, each as --NAME=VALUE, and starts no container for the module.

const options = new Map(
  process.argv.slice(2).flatMap((word) => {
    const [, name, value] = /^--([a-z-]+)=(.*)$/s.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  }),
);

function option(name: string): string {
  const value = options.get(name);
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
}

async function secret(name: string): Promise<Secret> {
  const uri = new URL(option(name));
  const text =
    uri.protocol === "env:"
      ? process.env[uri.host]
      : await readFile(decodeURIComponent(uri.pathname), "utf8");
  return dag.setSecret(name, text ?? "");
}

function service(name: string): Service {
  const port = Number(new URL(option(name).replace(/^tcp:/, "http:")).port);
  return dag
    .host()
    .service([{ frontend: port, backend: port, protocol: NetworkProtocol.Tcp }], { host: "127.0.0.1" });
}

const folder = (name: string): Directory => dag.host().directory(option(name));
const file = (name: string): File => dag.host().file(option(name));

const { record, verdict } = await session(async () => {
  return release({
    git: folder("git"),
    facts: {},
    vulnerabilityDatabase: folder("vulnerability-db"),
    registry: option("registry"),
    registryAccess: {
      username: option("registry-username"),
      password: await secret("registry-password"),
      ca: file("registry-ca"),
      service: service("registry-service"),
    },
    replicaAccess: {},
    signer: { key: await secret("signing-key"), passphrase: await secret("signing-password") },
    gitopsRepository: option("gitops-repository"),
    gitAccess: {
      username: option("git-username"),
      password: await secret("git-password"),
      service: service("git-service"),
    },
  });
});
process.stdout.write(releaseScreen(record, verdict));
