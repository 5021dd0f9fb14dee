import { type Container, connection, dag, type File, type Secret } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { gitopsFrom } from "#modules/gitops/src/from-settings.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import { commitMessage } from "#modules/gitops/src/message.ts";
import { type Gitea, startGitea } from "../../servers/gitea.ts";
import { onHost } from "../../servers/on-host.ts";

const host = "forge.example";
const author = "Bot <bot@example.com>";
const passphrase = "of the signing key";
const engine = (act: () => Promise<void>) => () => connection(act);

let gitea: Gitea;
beforeAll(async () => {
  gitea = await startGitea(host);
  await gitea.repository("fleet", { "a/values.txt": "one\n" });
});
afterAll(() => gitea?.stop());

const url = (name: string) => `ssh://git@${host}:${gitea.sshPort}/bot/${name}.git`;
const tools = () => dag.container().from("alpine/git:v2.49.1");
const service = () => onHost(gitea.sshPort);

interface KeyPair {
  readonly secret: Secret;
  readonly public: string;
}

/** Makes a key with OpenSSH itself. */
async function keyPair(words = ""): Promise<KeyPair> {
  const made = tools()
    .withEnvVariable("RUN", `${Math.random()}`)
    .withExec(["ssh-keygen", "-q", "-t", "ed25519", "-N", words, "-C", "", "-f", "/tmp/key"]);
  const [text, line] = await Promise.all([
    made.file("/tmp/key").contents(),
    made.file("/tmp/key.pub").contents(),
  ]);
  return { secret: dag.setSecret(`key-${Math.random()}`, text), public: line.trim() };
}

/** Makes a key that may write to what is bot's. */
async function loginKey(): Promise<Secret> {
  const { secret, public: key } = await keyPair();
  await gitea.api("POST", "/user/keys", { title: `key ${Math.random()}`, key, read_only: false });
  return secret;
}

/** The host's keys, as ssh-keyscan sees them. */
function knownHosts(): File {
  return tools()
    .withServiceBinding(host, service())
    .withEnvVariable("RUN", `${Math.random()}`)
    .withExec(["ssh-keyscan", "-p", `${gitea.sshPort}`, host], { redirectStdout: "/known" })
    .file("/known");
}

interface Access {
  readonly key: Secret;
  readonly known?: File;
  readonly signingKey?: Secret;
  readonly signingFormat?: string;
  readonly passphrase?: string;
}

function gitops(access: Access): Gitops {
  const { key: sshKey, known: knownHosts, signingKey, signingFormat, passphrase: words } = access;
  const passphrase = words === undefined ? undefined : dag.setSecret(`words-${Math.random()}`, words);
  const signing = { signingKey, signingFormat, passphrase };
  return gitopsFrom({ sshKey, knownHosts, ...signing, service: service(), deadline: 30 });
}

const message = (name: string): string =>
  commitMessage(`Set ${name}`, {
    images: [{ name, digest: `sha256:${"a".repeat(64)}` }],
    places: [`${name} a`],
    source: { commit: "c".repeat(40), time: new Date("2026-01-02T03:04:05Z") },
  });

const commits = z.array(z.object({ sha: z.string() }));
const tip = async () => commits.parse(await gitea.api("GET", "/repos/bot/fleet/commits?sha=main"))[0]?.sha;

async function pushed(module: Gitops, text: string): Promise<Container> {
  const checkout = await module.checkout(url("fleet"), "main");
  const changes = dag.directory().withNewFile("a/values.txt", text);
  return module.push(checkout, changes, message(text.trim()), [], author);
}

describe("over ssh", () => {
  test(
    "a commit is pushed to a host whose key is known, and signed by an ssh key with a passphrase",
    engine(async () => {
      const signer = await keyPair(passphrase);
      const known = knownHosts();
      const access = { key: await loginKey(), known, signingKey: signer.secret, passphrase };
      const done = await pushed(gitops(access), "two\n");
      const commit = await done.file("/reports/commit").contents();
      expect(await tip()).toBe(commit);
      const seen = await done
        .withNewFile("/allowed", `bot@example.com ${signer.public}\n`)
        .withExec([
          "git",
          "-C",
          "/repository",
          "-c",
          "gpg.ssh.allowedSignersFile=/allowed",
          "verify-commit",
          commit,
        ])
        .stderr();
      expect(seen).toContain('Good "git" signature for bot@example.com');
    }),
  );

  test(
    "a commit is signed by a key of OpenPGP with a passphrase",
    engine(async () => {
      const gpg = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase];
      const made = tools()
        .withEnvVariable("RUN", `${Math.random()}`)
        .withEnvVariable("GNUPGHOME", "/tmp/gnupg")
        .withExec(["mkdir", "-m", "700", "/tmp/gnupg"])
        .withExec([...gpg, "--quick-gen-key", author, "ed25519", "sign", "never"])
        .withExec([...gpg, "--armor", "--export-secret-keys", "--output", "/tmp/secret.asc"])
        .withExec([...gpg, "--armor", "--export", "--output", "/tmp/public.asc"]);
      const [secret, own] = [await made.file("/tmp/secret.asc").contents(), made.file("/tmp/public.asc")];
      const signingKey = dag.setSecret(`pgp-${Math.random()}`, secret);
      const access = { key: await loginKey(), known: knownHosts(), signingKey, passphrase };
      const done = await pushed(gitops({ ...access, signingFormat: "openpgp" }), "three\n");
      const commit = await done.file("/reports/commit").contents();
      expect(await tip()).toBe(commit);
      const seen = await done
        .withMountedFile("/public.asc", own)
        .withEnvVariable("GNUPGHOME", "/tmp/other")
        .withExec(["mkdir", "-m", "700", "/tmp/other"])
        .withExec(["gpg", "--batch", "--import", "/public.asc"])
        .withExec(["git", "-C", "/repository", "-c", "gpg.program=gpg", "verify-commit", commit])
        .stderr();
      expect(seen).toContain("Good signature from");
    }),
  );

  test(
    "a wrong passphrase pushes nothing",
    engine(async () => {
      const before = await tip();
      const { secret: signingKey } = await keyPair(passphrase);
      const access = { key: await loginKey(), known: knownHosts(), signingKey, passphrase: "wrong" };
      await expect(pushed(gitops(access), "four\n")).rejects.toThrow(/^SIGNING_FAILED: /);
      expect(await tip()).toBe(before);
    }),
  );

  test(
    "a host whose key is another, or that nobody vouches for, is not spoken to",
    engine(async () => {
      const { public: other } = await keyPair();
      const stranger = dag.file("known", `[${host}]:${gitea.sshPort} ${other}\n`);
      const key = await loginKey();
      for (const known of [stranger, undefined]) {
        const access = known === undefined ? { key } : { key, known };
        await expect(gitops(access).checkout(url("fleet"), "main")).rejects.toThrow(/^HOST_UNTRUSTED: /);
      }
    }),
  );

  test(
    "a key that the server does not know is refused at once, and so is a repository that there is not",
    engine(async () => {
      const { secret: key } = await keyPair();
      const known = knownHosts();
      const strange = gitops({ key, known }).checkout(url("fleet"), "main");
      await expect(strange).rejects.toThrow(/^REPOSITORY_DENIED: /);
      const missing = gitops({ key: await loginKey(), known }).checkout(url("nothing"), "main");
      await expect(missing).rejects.toThrow(/^REPOSITORY_NOT_FOUND: /);
    }),
  );
});
