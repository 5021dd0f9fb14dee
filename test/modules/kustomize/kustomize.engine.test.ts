import { connection, type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { Kustomize } from "#modules/kustomize/src/index.ts";
import { codeOf, newDigest } from "./fixtures.ts";
import { deployment, file, overlay, shopFiles, staging } from "./shop.ts";

function shop(text: string = staging, extra: Readonly<Record<string, string>> = {}): Directory {
  const files = { ...shopFiles, [file]: text, ...extra };
  return Object.entries(files).reduce(
    (dir, [path, content]) => dir.withNewFile(path, content),
    dag.directory(),
  );
}

const engine = (act: () => Promise<void>) => () => connection(act);
const set = async (source: Directory, images: string[], replaceDigest = false) =>
  (await new Kustomize().setImages(source, overlay, images, replaceDigest)).file(file).contents();

describe("setImages", () => {
  test(
    "changes the one file, in the one value, and kustomize renders the image everywhere",
    engine(async () => {
      const before = shop();
      const after = await new Kustomize().setImages(before, overlay, ["orders:1.1"]);
      expect(await after.file(file).contents()).toBe(staging.replace('"1.0"', '"1.1"'));
      expect(await before.diff(after).glob("**/*")).toContain(file);
      expect(await before.diff(after).glob("**/*.md")).toEqual([]);
      const manifests = await (await new Kustomize().build(after, overlay)).contents();
      expect(manifests.match(/image: ghcr\.io\/acme\/orders:1\.1\n/g)).toHaveLength(3);
    }),
  );

  test(
    "keeps line ends, byte order mark, missing final newline and file mode",
    engine(async () => {
      const text = `\uFEFF${staging.replaceAll("\n", "\r\n").trimEnd()}`;
      const source = shop().withoutFile(file).withNewFile(file, text, { permissions: 0o600 });
      const after = await new Kustomize().setImages(source, overlay, ["orders:1.1"]);
      expect(await after.file(file).contents()).toBe(text.replace('"1.0"', '"1.1"'));
      expect(await after.stat(file).permissions()).toBe(0o600);
    }),
  );

  test(
    "sets tag and digest together, and kustomize renders both",
    engine(async () => {
      const after = await new Kustomize().setImages(shop(), overlay, [`orders:1.1@${newDigest}`]);
      const manifests = await (await new Kustomize().build(after, overlay)).contents();
      expect(manifests).toContain(`image: ghcr.io/acme/orders:1.1@${newDigest}\n`);
    }),
  );

  test(
    "adds an entry for an image that only the base names",
    engine(async () => {
      expect(await set(shop(), [`ghcr.io/acme/proxy@${newDigest}`])).toBe(
        `${staging}  - name: ghcr.io/acme/proxy\n    digest: ${newDigest}\n`,
      );
    }),
  );

  test(
    "quotes a tag that YAML takes for a number, so that kustomize can read it",
    engine(async () => {
      const plain = staging.replace('"1.0"', "v1");
      expect(await set(shop(plain), ["orders:1.10"])).toBe(staging.replace('"1.0"', '"1.10"'));
    }),
  );

  test(
    "leaves the source alone when the image is set already",
    engine(async () => {
      expect(await set(shop(), ["orders:1.0"])).toBe(staging);
    }),
  );

  test(
    "finds the overlay at the root, by a name with spaces and umlauts, and beside other spellings of the file",
    engine(async () => {
      const text = "resources: [d.yaml]\nimages: [{name: orders, newTag: v1}]\n";
      const source = shop(staging, {
        Kustomization: text,
        "d.yaml": deployment,
        "größe 1\nzwei/kustomization.yml": text,
        "größe 1\nzwei/d.yaml": deployment,
        "github.com/acme/base/kustomization.yml": text,
        "github.com/acme/base/d.yaml": deployment,
      });
      for (const [path, name] of [
        [".", "Kustomization"],
        ["größe 1\nzwei", "kustomization.yml"],
        ["github.com/acme/base", "kustomization.yml"],
      ] as const) {
        const after = await new Kustomize().setImages(source, path, ["orders:v2"]);
        expect(await after.file(`${path}/${name}`).contents()).toBe(text.replace("v1", "v2"));
      }
    }),
  );

  test(
    "refuses a name that the overlay does not render, and names those that it does",
    engine(async () => {
      await expect(set(shop(), ["notifier:1"])).rejects.toThrow(
        /^IMAGE_NOT_FOUND: .*notifier.*ghcr\.io\/acme\/proxy, orders.*\.$/,
      );
      const stale = staging.replace("name: orders", "name: old");
      expect(await codeOf(() => set(shop(stale), ["old:1"]))).toBe("IMAGE_NOT_FOUND");
      const custom = "resources: [worker.yaml]\n";
      const worker =
        "apiVersion: acme.example/v1\nkind: Worker\nmetadata: {name: w}\nspec: {image: runner:1}\n";
      expect(
        await codeOf(() => set(shop(custom, { [`${overlay}/worker.yaml`]: worker }), ["runner:2"])),
      ).toBe("IMAGE_NOT_FOUND");
    }),
  );

  test(
    "does not unpin a digest of a manifest unless told to",
    engine(async () => {
      expect(await codeOf(() => set(shop(), ["ghcr.io/acme/proxy:2"]))).toBe("DIGEST_PINNED");
      expect(await set(shop(), ["ghcr.io/acme/proxy:v2"], true)).toContain("newTag: v2");
    }),
  );

  test(
    "refuses an edit that changes more than images",
    engine(async () => {
      const copying = `${staging}replacements:
  - source: {kind: Deployment, name: orders, fieldPath: "spec.template.spec.containers.[name=web].image"}
    targets:
      - select: {kind: Deployment, name: orders}
        fieldPaths: [metadata.annotations.image-of-web]
        options: {create: true}
`;
      expect(await set(shop(copying), ["ghcr.io/acme/orders:1.1"])).toBe(copying.replace('"1.0"', '"1.1"'));
      const parted = copying.replace('.image"}', '.image", options: {delimiter: ".", index: 1}}');
      await expect(set(shop(parted), ["orders:2.1"])).rejects.toThrow(
        /^BUMP_CHANGED_MORE: .*Deployment shop\/orders metadata\.annotations\.image-of-web/,
      );
    }),
  );

  test(
    "refuses paths and files that lead out or are not there",
    engine(async () => {
      const kustomize = new Kustomize();
      const linked = shop().withSymlink("/etc", "k8s/out").withSymlink("overlays/staging", "k8s/in");
      const fileLink = shop(staging, { "x/real.yaml": staging }).withSymlink(
        "real.yaml",
        "x/kustomization.yaml",
      );
      const cases: [Directory, string, string][] = [
        [shop(), "/etc", "PATH_OUTSIDE_SOURCE"],
        [shop(), "../k8s", "PATH_OUTSIDE_SOURCE"],
        [linked, "k8s/out", "PATH_OUTSIDE_SOURCE"],
        [linked, "k8s/in", "PATH_OUTSIDE_SOURCE"],
        [fileLink, "x", "PATH_OUTSIDE_SOURCE"],
        [shop(), "k8s/overlays/none", "KUSTOMIZATION_NOT_FOUND"],
        [shop(), "k8s/overlays", "KUSTOMIZATION_NOT_FOUND"],
        [shop(), "README.md", "KUSTOMIZATION_NOT_FOUND"],
        [shop(staging, { [`${overlay}/Kustomization`]: staging }), overlay, "KUSTOMIZATION_INVALID"],
        [shop("resources: [https://example.com/a.yaml]\n"), overlay, "KUSTOMIZATION_INVALID"],
      ];
      for (const [source, path, code] of cases) {
        expect(await codeOf(() => kustomize.setImages(source, path, ["orders:1"])), path).toBe(code);
      }
    }),
  );
});

describe("build", () => {
  test(
    "has no network, plugins or files outside the overlay, and names what is missing",
    engine(async () => {
      const exec = "apiVersion: v1\nkind: T\nmetadata: {name: t}\n";
      for (const [base, reason] of [
        ["resources: [https://example.com/a.yaml]\n", /remote-bases-are-refused/],
        ["resources: ['https://example.com/a.git//b?ref=v1']\n", /no 'git' program/],
        ["helmCharts: [{name: x, repo: https://example.com}]\n", /chart "x" of "https:\/\/example\.com"/],
        ["resources: [/etc/passwd]\n", /not in or below/],
        ["resources: [passwd.yaml]\n", /not in or below/],
        ["transformers: [exec.yaml]\n", /needs the plugin "T"/],
        ["resources: [missing.yaml]\n", /no such file/],
      ] as const) {
        const files = { "k8s/base/kustomization.yaml": base, "k8s/base/exec.yaml": exec };
        const source = shop(staging, files).withSymlink("/etc/passwd", "k8s/base/passwd.yaml");
        const built = new Kustomize().build(source, overlay);
        await expect(built, base).rejects.toThrow(
          /^(?:TOOL_FAILED: kustomize build of |RENDERING_UNSUPPORTED: )k8s\/overlays\/staging\//,
        );
        await expect(built, base).rejects.toThrow(reason);
      }
    }),
  );
});

test(
  "an overlay may name charts of the source, and by choice files outside of its folder",
  engine(async () => {
    const chart = {
      "charts/cachet/Chart.yaml": "apiVersion: v2\nname: cachet\nversion: 0.1.0\n",
      "charts/cachet/values.yaml": "a: blue\n",
      "charts/cachet/templates/a.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata: {a: {{ .Values.a }}}\n",
      "app/logging.ini": "[loggers]\n",
    };
    const text = `helmGlobals: {chartHome: ../../../charts}
helmCharts: [{name: cachet, releaseName: web, valuesInline: {a: green}}]
configMapGenerator: [{name: logging, files: [../../../app/logging.ini]}]
`;
    const source = shop(text, chart);
    const plain = shop(text.replace(/^helm.*\n/gm, ""), chart);
    await expect(new Kustomize().build(plain, overlay)).rejects.toThrow(/manifests\.loadRestrictor/);
    const open = new Kustomize(undefined, undefined, undefined, "LoadRestrictionsNone");
    const manifests = await (await open.build(source, overlay)).contents();
    expect(manifests).toContain("a: green");
    expect(manifests).toContain("[loggers]");
  }),
);

describe("verify", () => {
  test(
    "names each image that differs, and what still has the old one",
    engine(async () => {
      const kustomize = new Kustomize();
      const after = shop(staging.replace("1.0", "1.1"));
      expect((await kustomize.verify(shop(), after, overlay)).split("\n").sort()).toEqual([
        "apps/v1 Deployment shop/orders spec.template.spec.containers[0].image: ghcr.io/acme/orders:1.0 → ghcr.io/acme/orders:1.1",
        "apps/v1 Deployment shop/orders spec.template.spec.initContainers[0].image: ghcr.io/acme/orders:1.0 → ghcr.io/acme/orders:1.1",
        "batch/v1 CronJob shop/sweep spec.jobTemplate.spec.template.spec.containers[0].image: ghcr.io/acme/orders:1.0 → ghcr.io/acme/orders:1.1",
      ]);
      expect(await kustomize.verify(shop(), shop(), overlay)).toBe("nothing changed");
      const same = staging.replace("    newName: ghcr.io/acme/orders\n", "");
      const bumped = shop(same.replace("1.0", "1.1"));
      expect((await kustomize.verify(shop(same), bumped, overlay, ["orders:1.1"])).split("\n").at(-1)).toBe(
        "acme.example/v1 Worker shop/worker spec.image: still orders:0.1",
      );
      expect(await codeOf(() => kustomize.verify(shop(), after, overlay, ["orders:1.2"]))).toBe(
        "BUMP_CHANGED_MORE",
      );
      const moved = shop(staging.replace("namespace: shop", "namespace: other"));
      expect(await codeOf(() => kustomize.verify(shop(), moved, overlay))).toBe("BUMP_CHANGED_MORE");
    }),
  );
});
