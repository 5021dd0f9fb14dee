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
import { releaseRequest } from "../../src/release-request.ts";
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
  const request = releaseRequest({
    git: folder("git"),
    vulnerabilityDb: folder("vulnerability-db"),
    registry: option("registry"),
    registryUsername: option("registry-username"),
    registryPassword: await secret("registry-password"),
    registryCa: file("registry-ca"),
    registryService: service("registry-service"),
    signingKey: await secret("signing-key"),
    signingPassword: await secret("signing-password"),
    gitopsRepository: option("gitops-repository"),
    gitUsername: option("git-username"),
    gitPassword: await secret("git-password"),
    gitService: service("git-service"),
    kmsSecrets: [],
    secrets: [],
  });
  const { settle: _, ...rest } = request;
  return release(rest);
});
process.stdout.write(releaseScreen(record, verdict));
