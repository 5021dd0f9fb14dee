import { describe, expect, test } from "vitest";
import { affectedBy, type Difference, everyService, manifestsAmong } from "#pipelines/affected/services.ts";
import { readConfig } from "#pipelines/config/read.ts";
import { plan } from "#pipelines/plan/plan.ts";
import { computingOf } from "../../computing.ts";
import { factsOf } from "../plan/facts-of.ts";

type Files = Readonly<Record<string, string>>;

const project = (name: string) => `[project]\nname = "${name}"\nversion = "1"\n`;

/** Two services, each with an image, an overlay that names both, a library that nobody names, infrastructure. */
const shop: Files = {
  "slipway.yaml": `services:
  orders: { path: services/orders, image: { name: registry.example.com/shop/orders } }
  notifier: { path: services/notifier, image: { name: registry.example.com/shop/notifier } }
bump: { overlays: [k8s/staging] }
`,
  "services/orders/Dockerfile": "FROM scratch\n",
  "services/orders/requirements.txt": "a==1\n",
  "services/notifier/Dockerfile": "FROM scratch\n",
  "services/notifier/requirements.txt": "-r ../../constraints/requirements.txt\n",
  "constraints/requirements.txt": "b==1\n",
  "k8s/base/kustomization.yaml": "resources: [orders.yaml]\n",
  "k8s/staging/kustomization.yaml":
    "images:\n- name: registry.example.com/shop/orders\n- name: registry.example.com/shop/notifier\n",
  "infra/main.tf": "",
};

/** A workspace of uv's: two services share a library, one has none; each image is built from the top. */
const workspace: Files = {
  "pyproject.toml": '[tool.uv.workspace]\nmembers = ["services/*", "libs/*"]\n',
  "uv.lock": "version = 1\n",
  "libs/money/pyproject.toml": project("money"),
  "libs/tax/pyproject.toml": `${project("tax")}dependencies = ["money"]\n[tool.uv.sources]\nmoney = { workspace = true }\n`,
  "libs/unused/pyproject.toml": project("unused"),
  "services/billing/pyproject.toml": `${project("billing")}dependencies = ["tax"]\n[tool.uv.sources]\ntax = { workspace = true }\n`,
  "services/mailer/pyproject.toml": project("mailer"),
};

const inWorkspace = "services: {billing: {path: services/billing}, mailer: {path: services/mailer}}\n";

interface Case {
  readonly files?: Files;
  readonly config?: string;
  readonly changed: readonly string[];
  readonly difference?: Partial<Difference>;
}

/** `orders: own path services/orders/a.py` for each reason. */
async function affected({
  files = shop,
  config,
  changed,
  difference = {},
}: Case): Promise<readonly string[]> {
  const planned = await plan(factsOf(files), readConfig(config ?? files["slipway.yaml"], "slipway.yaml"));
  const manifests = manifestsAmong(planned, changed);
  const found = affectedBy(planned, {
    files: changed,
    root: ".",
    configs: ["slipway.yaml"],
    links: [],
    texts: new Map(manifests.map((path) => [path, files[path] ?? ""])),
    ...difference,
  });
  return found.flatMap(({ name, reasons }) =>
    reasons.map(({ reason, path, files: count }) =>
      [`${name}: ${reason}`, path, count > 1 ? `+${count - 1}` : undefined].filter((part) => part).join(" "),
    ),
  );
}

const everyone = (reason: string) => [`orders: ${reason}`, `notifier: ${reason}`];

describe("in a shop of two services", () => {
  test.each<[what: string, changed: readonly string[], expected: readonly string[]]>([
    ["nothing", [], []],
    [
      "a service's code",
      ["services/orders/a.py"],
      ["orders: own path services/orders/a.py", "orders: image context services/orders/a.py"],
    ],
    [
      "several files of it, told by the first and their number",
      ["services/orders/a.py", "services/orders/b.py", "services/orders/c.md"],
      ["orders: own path services/orders/a.py +2", "orders: image context services/orders/a.py +2"],
    ],
    [
      "a file moved between services, which counts for both",
      ["services/notifier/a.py", "services/orders/a.py"],
      [
        "orders: own path services/orders/a.py",
        "orders: image context services/orders/a.py",
        "notifier: own path services/notifier/a.py",
        "notifier: image context services/notifier/a.py",
      ],
    ],
    [
      "requirements elsewhere that a service's own name",
      ["constraints/requirements.txt"],
      ["notifier: dependencies constraints/requirements.txt"],
    ],
    [
      "an overlay that names both",
      ["k8s/staging/kustomization.yaml"],
      everyone("overlay k8s/staging/kustomization.yaml"),
    ],
    ["the configuration", ["slipway.yaml"], everyone("configuration slipway.yaml")],
    ["settings above both", ["ruff.toml"], everyone("settings ruff.toml")],
    [
      "settings above both that were deleted or come anew",
      ["services/pyproject.toml"],
      everyone("settings services/pyproject.toml"),
    ],
    ["a version of Python above both", [".python-version"], everyone("settings .python-version")],
    [
      "hooks, whose versions the linters take",
      [".pre-commit-config.yaml"],
      everyone("settings .pre-commit-config.yaml"),
    ],
    [
      "hooks of a folder, which are none",
      ["a/.pre-commit-config.yaml"],
      everyone("unknown file a/.pre-commit-config.yaml"),
    ],
    ["a file that nobody is known to read", ["Makefile"], everyone("unknown file Makefile")],
    ["a page of the documentation, which no check reads", ["docs/page.md", "README.md", "LICENSE"], []],
    ["a module whose name begins like its folder", ["docsX.py"], everyone("unknown file docsX.py")],
    ["a folder whose name begins like its folder", ["docs2/a.py"], everyone("unknown file docs2/a.py")],
    ["a script beside the services", ["services/build.sh"], everyone("unknown file services/build.sh")],
    [
      "a name that begins like a service's",
      ["services/orders2/a.py"],
      everyone("unknown file services/orders2/a.py"),
    ],
    ["a service that is gone", ["services/old/a.py"], everyone("unknown file services/old/a.py")],
    ["a workflow", [".github/workflows/ci.yml"], everyone("unknown file .github/workflows/ci.yml")],
    [
      "a manifest that names no service",
      ["k8s/base/config.yaml"],
      everyone("unknown file k8s/base/config.yaml"),
    ],
    ["a manifest that is gone", ["k8s/base/orders.yaml"], everyone("unknown file k8s/base/orders.yaml")],
    ["code beside manifests", ["k8s/base/hook.sh"], everyone("unknown file k8s/base/hook.sh")],
    ["infrastructure, which is checked in any case", ["infra/main.tf"], []],
    ["what lies beside infrastructure", ["infra/init.sh"], everyone("unknown file infra/init.sh")],
    ["documentation at the top", ["README.md", "LICENSE", "docs/guide/a.png", "CHANGES.md"], []],
    ["documentation elsewhere", ["services/README.md"], everyone("unknown file services/README.md")],
    ["a program called like a license", ["LICENSE.py"], everyone("unknown file LICENSE.py")],
    [
      "a folder that a link or a submodule takes the place of",
      ["services"],
      [
        "orders: own path services",
        "orders: dependencies services",
        "orders: image context services",
        "notifier: own path services",
        "notifier: dependencies services",
        "notifier: image context services",
      ],
    ],
    [
      "a service that is a submodule",
      ["services/orders"],
      [
        "orders: own path services/orders",
        "orders: dependencies services/orders",
        "orders: image context services/orders",
      ],
    ],
    ["a submodule that nobody is known to read", ["vendor/lib"], everyone("unknown file vendor/lib")],
    [
      "names with a line's end, quotes and umlauts",
      ['services/orders/a\n"ü\u202e.py', "ü\n"],
      [
        'orders: own path services/orders/a\n"ü\u202e.py',
        'orders: image context services/orders/a\n"ü\u202e.py',
        "orders: unknown file ü\n",
        "notifier: unknown file ü\n",
      ],
    ],
    ["a name of an object's own property", ["__proto__"], everyone("unknown file __proto__")],
  ])("%s", async (_, changed, expected) => {
    expect(await affected({ changed })).toEqual(expected);
  });

  test("a manifest touches the service whose image it names, and not one whose name begins so", async () => {
    const manifest = "k8s/base/orders.yaml";
    const named = async (image: string) =>
      affected({ files: { ...shop, [manifest]: `image: ${image}\n` }, changed: [manifest] });
    expect(await named("registry.example.com/shop/orders:1.0")).toEqual([`orders: overlay ${manifest}`]);
    expect(await named('"registry.example.com/shop/orders@sha256:0"')).toEqual([
      `orders: overlay ${manifest}`,
    ]);
    expect(await named("registry.example.com/shop/orders-api:1")).toEqual(
      everyone(`unknown file ${manifest}`),
    );
    expect(await named("mirror.registry.example.com/shop/orders")).toEqual(
      everyone(`unknown file ${manifest}`),
    );
  });

  test("a kustomization at the top does not make a manifest of every file", async () => {
    const files = {
      ...shop,
      "kustomization.yaml": "resources: [k8s/base]\n",
      "compose.yaml": "image: registry.example.com/shop/orders\n",
    };
    expect(await affected({ files, changed: ["compose.yaml"] })).toEqual(
      everyone("unknown file compose.yaml"),
    );
  });

  test("without a base every service is named", async () => {
    const planned = await plan(factsOf(shop), readConfig(shop["slipway.yaml"], "slipway.yaml"));
    expect(everyService(planned).map(({ name, reasons }) => [name, reasons])).toEqual([
      ["orders", [{ reason: "no base", files: 0 }]],
      ["notifier", [{ reason: "no base", files: 0 }]],
    ]);
  });

  test("a service that cannot be planned is named, whatever changed, and its files are nobody's", async () => {
    const files = { ...shop, "services/orders/pyproject.toml": "[project" };
    expect(await affected({ files, changed: [] })).toEqual(["orders: not planned"]);
    const changed = ["services/orders/a.py"];
    expect(await affected({ files, changed })).toEqual([
      "notifier: unknown file services/orders/a.py",
      "orders: not planned",
    ]);
  });
});

describe("a context outside of the service's folder", () => {
  const config =
    "services: {orders: {path: services/orders, image: {context: ../.., dockerfile: services/orders/Dockerfile}}, notifier: {path: services/notifier}}\n";
  test("is the image's, documentation and all", async () => {
    expect(await affected({ config, changed: ["README.md"] })).toEqual(["orders: image context README.md"]);
    expect(await affected({ config, changed: ["services/notifier/a.py"] })).toEqual([
      "orders: image context services/notifier/a.py",
      "notifier: own path services/notifier/a.py",
      "notifier: image context services/notifier/a.py",
    ]);
  });
});

describe("in a workspace of uv's", () => {
  test.each<[what: string, changed: readonly string[], expected: readonly string[]]>([
    ["a library of a library", ["libs/money/money.py"], ["billing: library libs/money/money.py"]],
    ["the lock, which is for all", ["uv.lock"], ["billing: lock file uv.lock", "mailer: lock file uv.lock"]],
    [
      "a member's manifest, against which uv holds the lock",
      ["libs/unused/pyproject.toml"],
      ["billing: dependencies libs/unused/pyproject.toml", "mailer: dependencies libs/unused/pyproject.toml"],
    ],
    [
      "a member that no service asks for",
      ["libs/unused/unused.py"],
      ["billing: unknown file libs/unused/unused.py", "mailer: unknown file libs/unused/unused.py"],
    ],
  ])("%s", async (_, changed, expected) => {
    expect(await affected({ files: workspace, config: inWorkspace, changed })).toEqual(expected);
  });
});

test("local libraries that requirements name by a path", async () => {
  const files = {
    "a/requirements.txt": "../libs/money\n",
    "b/requirements.txt": "x==1\n",
    "libs/money/pyproject.toml": project("money"),
  };
  const config = "services: {a: {path: a}, b: {path: b}}\n";
  expect(
    await affected({
      files: { ...files, "a/requirements.txt": "./libs/money\n", "a/libs/money/setup.py": "" },
      config,
      changed: ["a/libs/money/m.py"],
    }),
  ).toEqual(["a: own path a/libs/money/m.py", "a: library a/libs/money/m.py"]);
  expect(await affected({ files, config, changed: ["libs/money/m.py"] })).toEqual([
    "a: library libs/money/m.py",
  ]);
});

describe("a service within another's folder", () => {
  const files = { "requirements.txt": "", "inner/requirements.txt": "", "inner/pyproject.toml": "" };
  const config = "services: {outer: {path: .}, inner: {path: inner}}\n";
  test.each<[string, readonly string[]]>([
    ["inner/a.py", ["inner: own path inner/a.py"]],
    ["a.py", ["outer: own path a.py"]],
    ["README.md", ["outer: own path README.md"]],
    [
      "inner/pyproject.toml",
      ["outer: own path inner/pyproject.toml", "inner: own path inner/pyproject.toml"],
    ],
    [
      "inner/requirements/dev.txt",
      ["outer: own path inner/requirements/dev.txt", "inner: own path inner/requirements/dev.txt"],
    ],
    ["ruff.toml", ["outer: own path ruff.toml", "inner: settings ruff.toml"]],
  ])("%j", async (path, expected) => {
    expect(await affected({ files, config, changed: [path] })).toEqual(expected);
  });
});

describe("symbolic links", () => {
  const linked = (links: Difference["links"], path: string) =>
    affected({ changed: [path], difference: { links } });

  test("a file of one service that another reads through a link touches both", async () => {
    expect(
      await linked([["services/notifier/common", "../orders/common"]], "services/orders/common/a.py"),
    ).toEqual([
      "orders: own path services/orders/common/a.py",
      "orders: image context services/orders/common/a.py",
      "notifier: own path services/orders/common/a.py",
      "notifier: image context services/orders/common/a.py",
    ]);
  });

  test("a chain of them is followed", async () => {
    const links = [
      ["shared", "services/orders/common"],
      ["services/notifier/common", "../../shared"],
    ] as const;
    const found = await linked(links, "services/orders/common/a.py");
    expect(found).toContain("notifier: own path services/orders/common/a.py");
  });

  test.each<[what: string, target: string]>([
    ["out of the source", "../../../elsewhere"],
    ["to an absolute path", "/services/orders"],
    ["to itself", "loop"],
    ["to the folder around it", "."],
  ])("one %s is nobody's other name", async (_, target) => {
    const found = await linked([["services/notifier/loop", target]], "services/orders/a.py");
    expect(found).toEqual([
      "orders: own path services/orders/a.py",
      "orders: image context services/orders/a.py",
    ]);
  });

  test("links to the top make no endless names, and too many names touch everyone", async () => {
    const top = Array.from({ length: 20 }, (_, n) => [`l${n}`, "."] as const);
    expect(await linked(top, "services/orders/a.py")).toContain(
      "notifier: unknown file services/orders/a.py",
    );
  });

  test("a file that nobody is known to read touches everyone, though a link leads to it", async () => {
    expect(await linked([["services/orders/x", "../../tools"]], "tools/a.py")).toContain(
      "notifier: unknown file tools/a.py",
    );
  });
});

describe("a source that is a part of the repository", () => {
  const part = (path: string) =>
    affected({
      changed: [path],
      difference: { root: "shop", configs: ["slipway.yaml", "shop/slipway.yaml"] },
    });

  test.each<[string, readonly string[]]>([
    [
      "shop/services/orders/a.py",
      ["orders: own path shop/services/orders/a.py", "orders: image context shop/services/orders/a.py"],
    ],
    ["shop/slipway.yaml", everyone("configuration shop/slipway.yaml")],
    ["slipway.yaml", everyone("configuration slipway.yaml")],
    ["services/orders/a.py", everyone("unknown file services/orders/a.py")],
    ["shop/README.md", []],
    ["README.md", []],
    ["other/README.md", everyone("unknown file other/README.md")],
  ])("%j", async (path, expected) => {
    expect(await part(path)).toEqual(expected);
  });
});

test("fifty services and a hundred thousand files are told in a moment", async () => {
  const names = Array.from({ length: 50 }, (_, n) => `s${n}`);
  const files = Object.fromEntries(names.map((name) => [`services/${name}/requirements.txt`, ""]));
  const config = `services: {${names.map((name) => `${name}: {path: services/${name}}`).join(", ")}}\n`;
  const changed = Array.from({ length: 100_000 }, (_, n) => `services/s7/a/b/c/f${n}.py`);
  const told = ["s7: own path services/s7/a/b/c/f0.py +99999"];
  const work = async () => expect(await affected({ files, config, changed })).toEqual(told);
  expect(await computingOf(work)).toBeLessThan(20);
});
