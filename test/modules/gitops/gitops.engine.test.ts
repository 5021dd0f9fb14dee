import { type Container, connection, dag, type Service } from "@dagger.io/dagger";
import { afterEach, describe, expect, test } from "vitest";
import { gitopsFrom } from "#modules/gitops/src/from-settings.ts";
import type { Gitops } from "#modules/gitops/src/index.ts";
import { commitMessage } from "#modules/gitops/src/message.ts";
import { type BareRepository, bareRepository } from "../../../ci/servers/bare-repository.ts";
import { type GitServer, type Login, serveGit } from "../../../ci/servers/git.ts";
import { onHost } from "../../servers/on-host.ts";

const url = "http://git.example/fleet.git";
const login = { username: "bot", password: "correct horse battery" };
const digest = `sha256:${"a".repeat(64)}`;

const done: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of done.splice(0).reverse()) await undo();
});

function repository(files?: Readonly<Record<string, string>>): BareRepository {
  const made = bareRepository(files);
  done.push(() => made.remove());
  return made;
}

async function served(bare: BareRepository, who?: Login): Promise<GitServer> {
  const server = await serveGit(bare.root, who);
  done.push(() => server.close());
  return server;
}

const service = ({ port }: { port: number }): Service => onHost({ frontend: 80, backend: port });

const engine = (act: () => Promise<void>) => () => connection(act);

interface Access {
  readonly server: { readonly port: number };
  readonly password?: string;
  readonly deadline?: number;
}

function gitops({ server, password = login.password, deadline = 30 }: Access): Gitops {
  const secret = dag.setSecret(`git-${Math.random()}`, password);
  return gitopsFrom({ username: login.username, password: secret, service: service(server), deadline });
}

const message = (name: string, path = "a"): string =>
  commitMessage(`Set ${name}`, {
    images: [{ name, digest }],
    places: [`${name} ${path}`],
    source: { commit: "c".repeat(40), time: new Date("2026-01-02T03:04:05Z") },
  });

const changed = (path: string, text: string) => dag.directory().withNewFile(path, text);
const report = (container: Container, name: string) => container.file(`/reports/${name}`).contents();

describe("push", () => {
  test(
    "leaves one commit on the branch, with the message as given and the files as they were edited",
    engine(async () => {
      const bare = repository({ "a/values.txt": "one\n", "b/other.txt": "other\r\n" });
      const module = gitops({ server: await served(bare, login) });
      const checkout = await module.checkout(url, "main");
      expect(await checkout.file("/tree/b/other.txt").contents()).toBe("other\r\n");
      const pushed = await module.push(checkout, changed("a/values.txt", "two\n"), message("orders"));
      expect(await report(pushed, "outcome")).toBe("pushed");
      expect(await report(pushed, "commit")).toBe(bare.git("rev-parse", "main"));
      expect(bare.lines("log", "--format=%s", "main")).toEqual(["Set orders", "Begin"]);
      expect(bare.git("show", "--format=", "--numstat", "main")).toBe("1\t1\ta/values.txt");
      expect(bare.git("show", "main:a/values.txt")).toBe("two");
    }),
  );

  test(
    "writes nothing when the files are so already",
    engine(async () => {
      const bare = repository({ "a/values.txt": "one\n" });
      const module = gitops({ server: await served(bare, login) });
      const checkout = await module.checkout(url, "main");
      const pushed = await module.push(checkout, changed("a/values.txt", "one\n"), message("orders"));
      expect(await report(pushed, "outcome")).toBe("unchanged");
      expect(bare.lines("log", "--format=%s", "main")).toEqual(["Begin"]);
    }),
  );
});

describe("checkout", () => {
  test(
    "refuses a wrong login at once",
    engine(async () => {
      const bare = repository({ "a.txt": "" });
      const module = gitops({ server: await served(bare, login), password: "wrong" });
      await expect(module.checkout(url, "main")).rejects.toThrow(/^REPOSITORY_DENIED: /);
    }),
  );
});
