import { execFileSync } from "node:child_process";
import { connection } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import type { GitopsUpdate } from "#pipelines/release/gitops/gitops-update.ts";
import { updateRepository } from "#pipelines/release/gitops/update.ts";
import {
  bumpOf,
  deployment,
  digest,
  gitops,
  imageName,
  overlays,
  repository,
  served,
  shared,
} from "../fleet.ts";

const engine = (act: () => Promise<void>) => () => connection(act);
const services = Array.from({ length: 50 }, (_, at) => `service-${at + 1}`);
const seconds = (from: number): number => Math.round((Date.now() - from) / 100) / 10;

describe("bumpRepository", () => {
  test(
    "leaves one commit that names image, place and source, and none when it is run again",
    engine(async () => {
      const bare = repository(overlays(["orders"]));
      const bump = bumpOf(gitops({ server: await served(bare) }), "orders", 1, "overlays/orders");
      const first = await updateRepository(bump);
      expect(first).toMatchObject({ outcome: "committed", commit: bare.git("rev-parse", "main") });
      expect(bare.git("log", "-1", "--format=%(trailers)", "main")).toBe(
        [
          `Slipway-Image: ${imageName("orders")}@${digest(1)}`,
          `Slipway-Place: ${imageName("orders")} overlays/orders`,
          `Slipway-Source: ${bump.source.commit}`,
          "Slipway-Source-Time: 2026-01-01T00:01:00.000Z",
        ].join("\n"),
      );
      expect(bare.git("show", "main:overlays/orders/kustomization.yaml")).toContain(`digest: ${digest(1)}`);
      expect(await updateRepository(bump)).toMatchObject({ outcome: "unchanged", commit: first.commit });
      expect(bare.lines("rev-list", "main")).toHaveLength(2);
    }),
  );

  test(
    "sets an overlay, a values file and a manifest in one commit, and keeps what else they say",
    engine(async () => {
      const names = ["orders", "mail"] as const;
      const bare = repository({
        ...overlays(["orders"]),
        "chart/values.yaml": `# of the shop\nmail:\n  image: {repository: ${imageName("mail")}, tag: v1} # here\n`,
        "plain/jobs.yaml": `${deployment("orders")}---\n${deployment("mail")}`,
      });
      const bump = {
        ...bumpOf(gitops({ server: await served(bare) }), "orders", 1, "overlays/orders"),
        images: names.map((name) => ({ name: imageName(name), digest: digest(1), tag: "v2" })),
        edits: [
          { kind: "kustomize", overlay: "overlays/orders", images: [imageName("orders")] },
          { kind: "helm", file: "chart/values.yaml", path: "mail.image", images: [imageName("mail")] },
          { kind: "manifest", file: "plain/jobs.yaml" },
        ],
      } satisfies GitopsUpdate;
      expect(await updateRepository(bump)).toMatchObject({ outcome: "committed" });
      expect(bare.lines("diff-tree", "-r", "--no-commit-id", "--name-only", "main")).toEqual([
        "chart/values.yaml",
        "overlays/orders/kustomization.yaml",
        "plain/jobs.yaml",
      ]);
      const values = bare.git("show", "main:chart/values.yaml");
      expect(values).toMatch(/^# of the shop\nmail:\n/);
      expect(values).toContain(`tag: v2@${digest(1)}} # here`);
      const jobs = bare.git("show", "main:plain/jobs.yaml");
      for (const name of names) expect(jobs).toContain(`image: ${imageName(name)}:v2@${digest(1)}`);
      const places = bare.git("log", "-1", "--format=%(trailers:key=Slipway-Place,valueonly)", "main");
      expect(places.split("\n")).toEqual([
        `${imageName("orders")} overlays/orders`,
        `${imageName("mail")} chart/values.yaml#mail.image`,
        `${imageName("orders")} plain/jobs.yaml`,
        `${imageName("mail")} plain/jobs.yaml`,
      ]);
      expect(await updateRepository(bump)).toMatchObject({ outcome: "unchanged" });
      expect(bare.lines("rev-list", "main")).toHaveLength(2);

      const strange = { ...bump, edits: [{ kind: "helm", file: "chart/values.yaml", path: "mail.picture" }] };
      await expect(
        updateRepository({ ...strange, images: bump.images.slice(1) } as GitopsUpdate),
      ).rejects.toThrow(/^PATH_NOT_FOUND: .*mail\.picture/);
      expect(bare.lines("rev-list", "main")).toHaveLength(2);
    }),
  );

  test(
    "keeps what a newer release set, and says so",
    engine(async () => {
      const bare = repository(overlays(["orders"]));
      const module = gitops({ server: await served(bare) });
      const newer = await updateRepository(bumpOf(module, "orders", 2, "overlays/orders"));
      const older = await updateRepository(bumpOf(module, "orders", 1, "overlays/orders/"));
      expect(older).toMatchObject({ outcome: "newer", commit: newer.commit });
      expect(older.detail).toContain("keeps the image");
      expect(bare.lines("rev-list", "main")).toHaveLength(2);
    }),
  );

  test.each([
    {
      kind: "each in its own overlay",
      files: overlays(services),
      overlay: (name: string) => `overlays/${name}`,
    },
    { kind: "all in one kustomization.yaml", files: shared(services), overlay: () => "shared" },
  ])("loses none and makes none twice of 50 bumps at once, $kind", ({ files, overlay, kind }) =>
    connection(async () => {
      const bare = repository(files);
      const module = gitops({ server: await served(bare) });
      const from = Date.now();
      const results = await Promise.all(
        services.map((name, at) => updateRepository(bumpOf(module, name, at + 1, overlay(name)))),
      );
      console.log(`50 bumps, ${kind}: ${seconds(from)} s`);
      expect(results.map(({ outcome }) => outcome)).toEqual(services.map(() => "committed"));
      const log = bare.lines("log", "--format=%(trailers:key=Slipway-Image,valueonly,separator=,)", "main");
      expect(log.toSorted()).toEqual(
        services.map((name, at) => `${imageName(name)}@${digest(at + 1)}`).toSorted(),
      );
      for (const [at, name] of services.entries()) {
        expect(bare.git("show", `main:${overlay(name)}/kustomization.yaml`)).toContain(
          `name: ${imageName(name)}\n    digest: ${digest(at + 1)}`,
        );
      }
      execFileSync("git", ["-C", bare.path, "fsck", "--strict"]);
    }),
  );

  test(
    "lets the newest of 20 releases of one service win",
    engine(async () => {
      const bare = repository(overlays(["orders"]));
      const module = gitops({ server: await served(bare) });
      const from = Date.now();
      const releases = Array.from({ length: 20 }, (_, at) => ((at * 7) % 20) + 1);
      const results = await Promise.all(
        releases.map((release) => updateRepository(bumpOf(module, "orders", release, "overlays/orders"))),
      );
      console.log(
        `20 releases of one service: ${seconds(from)} s`,
        results.map(({ outcome }) => outcome),
      );
      expect(bare.git("show", "main:overlays/orders/kustomization.yaml")).toContain(`digest: ${digest(20)}`);
      expect(results[releases.indexOf(20)]?.outcome).toBe("committed");
      const committed = results.filter(({ outcome }) => outcome === "committed");
      expect(bare.lines("rev-list", "main")).toHaveLength(committed.length + 1);
      expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(["committed", "newer"]));
      const times = bare.lines(
        "log",
        "--reverse",
        "--format=%(trailers:key=Slipway-Source-Time,valueonly)",
        "main",
      );
      expect(times).toEqual(times.toSorted());
    }),
  );
});
