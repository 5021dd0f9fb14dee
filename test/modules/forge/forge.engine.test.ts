import { connection, dag, NetworkProtocol } from "@dagger.io/dagger";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { forgeFrom } from "#modules/forge/src/from-settings.ts";
import type { Forge } from "#modules/forge/src/index.ts";
import { gitopsFrom } from "#modules/gitops/src/from-settings.ts";
import { updateRepository } from "#pipelines/release/gitops/update.ts";
import { bumpOf, digest, overlays } from "../../pipelines/release/fleet.ts";
import { type Gitea, startGitea } from "../../servers/gitea.ts";

const host = "forge.example";
const engine = (act: () => Promise<void>) => () => connection(act);
let gitea: Gitea;
beforeAll(async () => {
  gitea = await startGitea(host);
});
afterAll(() => gitea?.stop());

const service = () =>
  dag
    .host()
    .service([{ frontend: 80, backend: gitea.port, protocol: NetworkProtocol.Tcp }], { host: "127.0.0.1" });

const requests = z.array(
  z.object({
    html_url: z.string(),
    state: z.string(),
    title: z.string(),
    head: z.object({ ref: z.string() }),
  }),
);
const commits = z.array(z.object({ sha: z.string(), commit: z.object({ message: z.string() }) }));

const open = async (name: string) =>
  requests.parse(await gitea.api("GET", `/repos/bot/${name}/pulls?state=open`));
const history = async (name: string, branch: string) =>
  commits.parse(await gitea.api("GET", `/repos/bot/${name}/commits?sha=${encodeURIComponent(branch)}`));

function forge(name: string, token = gitea.token): Forge {
  return forgeFrom({
    kind: "gitea",
    api: `http://${host}/api/v1`,
    repository: `bot/${name}`,
    token: dag.setSecret(`token-${Math.random()}`, token),
    service: service(),
    deadline: 20,
  });
}

function bump(name: string, release: number) {
  const password = dag.setSecret(`password-${Math.random()}`, gitea.password);
  const module = gitopsFrom({ username: gitea.username, password, service: service(), deadline: 60 });
  const plain = bumpOf(module, "orders", release, "overlays/orders");
  return { ...plain, repository: `http://${host}/bot/${name}.git` };
}

describe("a pull request", () => {
  test(
    "is opened once, and a second time is a no-op",
    engine(async () => {
      await gitea.repository("once", overlays(["orders"]));
      const asked = { ...bump("once", 1), request: { forge: forge("once") } };
      const first = await updateRepository(asked);
      const [request, ...others] = await open("once");
      expect(others).toEqual([]);
      expect(request).toMatchObject({ html_url: first.url, head: { ref: "slipway/000000000000" } });
      expect(first.outcome).toBe("requested");
      expect((await history("once", "slipway/000000000000"))[0]?.sha).toBe(first.commit);
      expect(await history("once", "main")).toHaveLength(1);

      expect(await updateRepository(asked)).toMatchObject({
        outcome: "requested",
        url: first.url,
        commit: first.commit,
      });
      expect(await open("once")).toHaveLength(1);
      expect(await history("once", "slipway/000000000000")).toHaveLength(2);
    }),
  );

  test(
    "that is open for a branch of a fixed name takes a later release too",
    engine(async () => {
      await gitea.repository("later", overlays(["orders"]));
      const request = { forge: forge("later"), head: "slipway/staging" };
      const first = await updateRepository({ ...bump("later", 1), request });
      const second = await updateRepository({ ...bump("later", 2), request });
      expect(second.url).toBe(first.url);
      const messages = (await history("later", "slipway/staging")).map(({ commit }) => commit.message);
      expect(messages[0]).toContain(digest(2));
      expect(messages).toHaveLength(3);
    }),
  );

  test(
    "is not opened where the branch holds the images already",
    engine(async () => {
      await gitea.repository("holds", overlays(["orders"]));
      const plain = bump("holds", 1);
      expect((await updateRepository(plain)).outcome).toBe("committed");
      const again = await updateRepository({ ...plain, request: { forge: forge("holds") } });
      expect(again.outcome).toBe("unchanged");
      expect(await open("holds")).toEqual([]);
    }),
  );
});

describe("a protected branch", () => {
  test(
    "of Gitea fails at once",
    engine(async () => {
      await gitea.repository("guarded", overlays(["orders"]));
      await gitea.api("POST", "/repos/bot/guarded/branch_protections", {
        branch_name: "main",
        rule_name: "main",
        enable_push: false,
      });
      const from = Date.now();
      await expect(updateRepository({ ...bump("guarded", 1), deadline: 600 })).rejects.toThrow(
        /^BRANCH_PROTECTED: /,
      );
      expect(Date.now() - from).toBeLessThan(500_000);
      expect(await history("guarded", "main")).toHaveLength(1);
    }),
  );
});

describe("open", () => {
  test(
    "refuses a wrong token, a branch that is not there, and a repository that is not there",
    engine(async () => {
      await gitea.repository("bad", { "a.txt": "" });
      await expect(forge("bad", "0".repeat(40)).open("x", "main", "t")).rejects.toThrow(
        /^REPOSITORY_DENIED: /,
      );
      await expect(forge("bad").open("nowhere", "main", "t")).rejects.toThrow(/^REQUEST_REFUSED: .*nowhere/);
      await expect(forge("missing").open("x", "main", "t")).rejects.toThrow(/^REQUEST_REFUSED: .*404/);
    }),
  );

  test(
    "hands hostile titles and branches over as they are",
    engine(async () => {
      await gitea.repository("hostile", { "a.txt": "" });
      const head = "a$(id)'\"&state=closed";
      await gitea.api("POST", "/repos/bot/hostile/branches", {
        new_branch_name: head,
        old_branch_name: "main",
      });
      await gitea.api("POST", "/repos/bot/hostile/contents/b.txt", {
        branch: head,
        content: "",
        message: "b",
      });
      const title = `"; DROP TABLE x; -- $(id) \`id\` @/etc/passwd`;
      const url = await forge("hostile").open(head, "main", title, "@/etc/passwd\n");
      expect(await open("hostile")).toMatchObject([{ html_url: url, title, head: { ref: head } }]);
      expect(await forge("hostile").open(head, "main", title)).toBe(url);
    }),
  );
});
