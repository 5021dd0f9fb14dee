import { connection } from "@dagger.io/dagger";
import { describe, expect, onTestFinished, test } from "vitest";
import { updateRepository } from "#pipelines/release/gitops/update.ts";
import type { BareRepository } from "../../../ci/servers/bare-repository.ts";
import { serveGit } from "../../../ci/servers/git.ts";
import { type Fault, startFaultProxy } from "../../servers/fault-proxy.ts";
import { bumpOf, digest, gitops, imageName, login, overlays, repository, served, shared } from "./fleet.ts";

const engine = (act: () => Promise<void>) => () => connection(act);
const overlay = "overlays/orders";
const file = `${overlay}/kustomization.yaml`;

const orders = (): BareRepository => repository(overlays(["orders"]));
const subjects = (bare: BareRepository): string[] => bare.lines("log", "--format=%s", "main");
const text = (bare: BareRepository, path = file): string => bare.git("show", `main:${path}`);

/** What befalls a request, by its method and path; nothing lets it pass. */
type Fate = (request: string) => Fault | undefined;

/** Serves a repository behind a proxy that decides over each request. */
async function between(bare: BareRepository, fate: Fate) {
  const server = await serveGit(bare.root, login);
  onTestFinished(() => server.close());
  const proxy = await startFaultProxy({ port: server.port });
  proxy.script({ fault: ({ method, path }) => fate(`${method} ${path}`) });
  onTestFinished(() => proxy.close());
  return proxy;
}

const push = /^POST .*git-receive-pack/;
const announcing = /^GET .*service=git-receive-pack/;

/** Does something at the first request that fits, the rest pass. */
const once = (fits: RegExp, then: () => Fault | undefined): Fate => {
  let armed = true;
  return (request) => {
    if (!armed || !fits.test(request)) return undefined;
    armed = false;
    return then();
  };
};

describe("a lost race", () => {
  test(
    "is won anew when somebody pushed to another file between the fetch and the push",
    engine(async () => {
      const bare = orders();
      const server = await between(
        bare,
        once(push, () => {
          bare.commit({ "README.md": "by hand\n" });
          return undefined;
        }),
      );
      const result = await updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay));
      expect(result.outcome).toBe("committed");
      expect(subjects(bare)).toEqual(["Set orders to 000000000000", "Change by hand", "Begin"]);
      expect(text(bare)).toContain(digest(1));
      expect(text(bare, "README.md")).toBe("by hand");
    }),
  );

  test(
    "is edited anew when somebody changed the same file, so that both changes hold",
    engine(async () => {
      const bare = orders();
      const server = await between(
        bare,
        once(announcing, () => {
          bare.commit({ [file]: text(bare).replace("resources:", "namePrefix: x-\nresources:") });
          return undefined;
        }),
      );
      const result = await updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay));
      expect(result.outcome).toBe("committed");
      expect(text(bare)).toMatch(/^namePrefix: x-\nresources:/);
      expect(text(bare)).toContain(digest(1));
      expect(subjects(bare)).toHaveLength(3);
    }),
  );

  test(
    "against an edit that takes the image away ends in IMAGE_NOT_FOUND",
    engine(async () => {
      const bare = orders();
      const server = await between(
        bare,
        once(announcing, () => {
          const { [`${overlay}/orders.yaml`]: manifest = "" } = overlays(["orders"]);
          bare.commit({ [`${overlay}/orders.yaml`]: manifest.replace(imageName("orders"), "other/image") });
          bare.commit({ [file]: `${text(bare)}# touched\n` });
          return undefined;
        }),
      );
      await expect(updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay))).rejects.toThrow(
        /^IMAGE_NOT_FOUND: /,
      );
      expect(subjects(bare)).toEqual(["Change by hand", "Change by hand", "Begin"]);
    }),
  );

  test(
    "to a release of another service that adds its entry at the same place keeps both",
    engine(async () => {
      const names = ["orders", "payments"];
      const files = shared(names);
      const bare = repository({
        ...files,
        "shared/kustomization.yaml": "resources:\n  - orders.yaml\n  - payments.yaml\n",
      });
      const module = gitops({ server: await served(bare) });
      const results = await Promise.all(
        names.map((name, at) => updateRepository(bumpOf(module, name, at + 1, "shared"))),
      );
      expect(results.map(({ outcome }) => outcome)).toEqual(["committed", "committed"]);
      for (const [at, name] of names.entries()) {
        expect(text(bare, "shared/kustomization.yaml")).toContain(
          `name: ${imageName(name)}\n    digest: ${digest(at + 1)}`,
        );
      }
    }),
  );
});

describe("what servers answer to a lost race is tried again", () => {
  test.each([
    [
      "git itself, whose ref moved while the push was under way",
      // The hook moves the branch on, as another push would, and puts it back at the next attempt.
      `[ -e "$GIT_DIR/raced" ] && exit 0
       touch "$GIT_DIR/raced"
       unset GIT_QUARANTINE_PATH
       export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.com GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.com
       new=$(git commit-tree -p refs/heads/main -m Meanwhile 'refs/heads/main^{tree}')
       git update-ref refs/heads/main "$new"`,
      "update",
    ],
    [
      "GitHub",
      `[ -e "$GIT_DIR/raced" ] && exit 0
       touch "$GIT_DIR/raced"
       echo "cannot lock ref 'refs/heads/main': is at 1111 but expected 2222" >&2
       exit 1`,
      "pre-receive",
    ],
    [
      "GitLab",
      `[ -e "$GIT_DIR/raced" ] && exit 0
       touch "$GIT_DIR/raced"
       echo "! [remote rejected] main -> main (incorrect old value provided)" >&2
       exit 1`,
      "pre-receive",
    ],
  ])("%s", (_, script, hook) =>
    connection(async () => {
      const bare = orders();
      bare.hook(hook, script);
      const server = await served(bare);
      const result = await updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay));
      expect(result.outcome).toBe("committed");
      expect(subjects(bare).filter((subject) => subject.startsWith("Set orders"))).toHaveLength(1);
    }),
  );
});

describe("faults on the way", () => {
  test(
    "a push whose answer was lost is found to be done, and not done twice",
    engine(async () => {
      const bare = orders();
      const server = await between(
        bare,
        once(push, () => ({ kind: "lose" })),
      );
      const result = await updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay));
      expect(result).toMatchObject({ outcome: "committed", commit: bare.git("rev-parse", "main") });
      expect(subjects(bare)).toHaveLength(2);
    }),
  );

  test(
    "a push whose answer was lost is found below what others pushed since",
    engine(async () => {
      const bare = orders();
      let lost = false;
      const server = await between(bare, (url) => {
        if (!lost && push.test(url)) {
          lost = true;
          return { kind: "lose" };
        }
        if (lost && /^GET .*service=git-upload-pack/.test(url))
          bare.commit({ "README.md": `${Date.now()}\n` });
        return undefined;
      });
      const result = await updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay));
      expect(result.outcome).toBe("committed");
      expect(subjects(bare).filter((subject) => subject.startsWith("Set orders"))).toHaveLength(1);
      expect(bare.git("merge-base", "--is-ancestor", result.commit, "main")).toBe("");
    }),
  );

  test.each([500, 502, 503, 429])("status %i is tried again", (status) =>
    connection(async () => {
      const bare = orders();
      let left = 2;
      const server = await between(bare, (url) =>
        /git-receive-pack|git-upload-pack/.test(url) && left-- > 0 ? { kind: "answer", status } : undefined,
      );
      const result = await updateRepository(bumpOf(gitops({ server }), "orders", 1, overlay));
      expect(result.outcome).toBe("committed");
      expect(subjects(bare)).toHaveLength(2);
    }),
  );

  test(
    "a server that stays away ends the checkout at the deadline",
    engine(async () => {
      const bare = orders();
      const server = await between(bare, () => ({ kind: "answer", status: 503 }));
      const module = gitops({ server, deadline: 3 });
      await expect(updateRepository(bumpOf(module, "orders", 1, overlay))).rejects.toThrow(
        /^REPOSITORY_UNREACHABLE: /,
      );
    }),
  );

  test(
    "a server that goes away for the push ends it at the deadline",
    engine(async () => {
      const bare = orders();
      const server = await between(bare, (url) =>
        url.includes("receive-pack") ? { kind: "answer", status: 503 } : undefined,
      );
      const module = gitops({ server, deadline: 5 });
      await expect(updateRepository(bumpOf(module, "orders", 1, overlay))).rejects.toThrow(
        /^PUSH_TIMED_OUT: /,
      );
      expect(subjects(bare)).toEqual(["Begin"]);
    }),
  );
});
