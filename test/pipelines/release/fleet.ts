import { dag, type Service } from "@dagger.io/dagger";
import { onTestFinished } from "vitest";
import { gitopsFrom } from "#modules/gitops/src/from-settings.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import { Kustomize } from "#modules/kustomize/src/index.ts";
import type { GitopsUpdate } from "#pipelines/release/gitops/gitops-update.ts";
import { type BareRepository, bareRepository } from "../../../ci/servers/bare-repository.ts";
import { type GitServer, type Login, serveGit } from "../../../ci/servers/git.ts";
import { onHost } from "../../servers/on-host.ts";

export const url = "http://git.example/fleet.git";
export const login: Login = { username: "bot", password: "correct horse battery" };

/** The digest that a release number stands for. */
export const digest = (release: number): string => `sha256:${release.toString(16).padStart(64, "0")}`;
export const imageName = (service: string): string => `ghcr.io/acme/${service}`;

export const deployment = (service: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${service}}
spec:
  template:
    spec:
      containers:
        - name: main
          image: ${imageName(service)}:latest
`;

/** One kustomization.yaml that sets the images of these services. */
export function shared(services: readonly string[], folder = "shared"): Record<string, string> {
  const resources = services.map((service) => `  - ${service}.yaml\n`).join("");
  const images = services.map((service) => `  - name: ${imageName(service)}\n    newTag: v1\n`).join("");
  return {
    [`${folder}/kustomization.yaml`]: `resources:\n${resources}images:\n${images}`,
    ...Object.fromEntries(services.map((service) => [`${folder}/${service}.yaml`, deployment(service)])),
  };
}

/** An overlay for each service. */
export function overlays(services: readonly string[]): Record<string, string> {
  return Object.assign({}, ...services.map((service) => shared([service], `overlays/${service}`)));
}

/** A repository that goes away with the test. */
export function repository(files?: Readonly<Record<string, string>>): BareRepository {
  const made = bareRepository(files);
  onTestFinished(() => made.remove());
  return made;
}

/** Serves a repository, to whoever logs in. */
export async function served(bare: BareRepository, who: Login | undefined = login): Promise<GitServer> {
  const server = await serveGit(bare.root, who);
  onTestFinished(() => server.close());
  return server;
}

export const service = ({ port }: { readonly port: number }, frontend = 80): Service =>
  onHost({ frontend, backend: port });

export interface Access {
  readonly server: { readonly port: number };
  readonly password?: string;
  readonly deadline?: number;
}

export function gitops({ server, password = login.password, deadline = 120 }: Access): Gitops {
  const secret = dag.setSecret(`git-${Math.random()}`, password);
  return gitopsFrom({ username: login.username, password: secret, service: service(server), deadline });
}

/** The release number `release` of one service: its source is as many minutes old as the number says. */
export function bumpOf(module: Gitops, name: string, release: number, overlay: string): GitopsUpdate {
  return {
    gitops: module,
    kustomize: new Kustomize(),
    repository: url,
    branch: "main",
    edits: [{ kind: "kustomize", overlay }],
    images: [{ name: imageName(name), digest: digest(release) }],
    source: {
      commit: release.toString(16).padStart(40, "0"),
      time: new Date(Date.UTC(2026, 0, 1, 0, release)),
    },
    deadline: 120,
  };
}
