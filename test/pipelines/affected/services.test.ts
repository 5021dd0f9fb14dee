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
  "services/orders/Dockerfile": "FROM scratch\nCOPY . /\n",
  "services/orders/requirements.txt": "a==1\n",
  "services/notifier/Dockerfile": "FROM scratch\nCOPY . /\n",
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
    removed: new Set(),
    locks: new Map(),
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
      "a member's manifest, whose service checks the lock itself",
      ["services/mailer/pyproject.toml", "libs/tax/pyproject.toml"],
      [
        "billing: library libs/tax/pyproject.toml",
        "billing: dependencies libs/tax/pyproject.toml",
        "mailer: own path services/mailer/pyproject.toml",
        "mailer: dependencies services/mailer/pyproject.toml",
      ],
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

describe("a changed uv.lock", () => {
  const locked = (packages: Readonly<Record<string, readonly [version: string, needs: readonly string[]]>>) =>
    `version = 1\n${Object.entries(packages)
      .map(
        ([name, [version, needs]]) =>
          `[[package]]\nname = "${name}"\nversion = "${version}"\ndependencies = [${needs.map((need) => `{ name = "${need}" }`).join(", ")}]\n`,
      )
      .join("")}`;
  const before = locked({
    billing: ["1", ["tax", "http"]],
    mailer: ["1", ["smtp"]],
    tax: ["1", ["numbers"]],
    http: ["1", []],
    smtp: ["1", []],
    numbers: ["1", []],
  });
  const bumped = (name: string) =>
    before.replace(`name = "${name}"\nversion = "1"`, `name = "${name}"\nversion = "2"`);
  const by = (after: string, files: Files = workspace) =>
    affected({
      files,
      config: inWorkspace,
      changed: ["uv.lock"],
      difference: { locks: new Map([["uv.lock", { before, after }]]) },
    });

  test.each<[what: string, after: string, services: readonly string[]]>([
    ["a package of one member", bumped("smtp"), ["mailer"]],
    ["a package that a library of one member needs", bumped("numbers"), ["billing"]],
    ["what no member needs", `${before}[[package]]\nname = "idle"\nversion = "1"\n`, []],
    ["a setting of the whole lock", `requires-python = ">=3.12"\n${before}`, ["billing", "mailer"]],
    ["a constraint", `${before}[manifest]\nconstraints = [{ name = "smtp" }]\n`, ["billing", "mailer"]],
    ["a new member", `${before}[manifest]\nmembers = ["billing", "mailer", "new"]\n`, []],
    ["a lock that cannot be read", "version = [", ["billing", "mailer"]],
  ])("affects whoever installs %s", async (_, after, services) => {
    expect(await by(after)).toEqual(services.map((name) => `${name}: lock file uv.lock`));
  });

  test.each<[what: string, step: string, services: readonly string[]]>([
    ["only that member", "uv sync --frozen --package billing", []],
    ["whatever the lock has", "uv sync --frozen", ["billing: image context uv.lock"]],
    ["every member", "uv sync --all-packages", ["billing: image context uv.lock"]],
    ...[
      "uv --no-cache sync && uv sync --package billing",
      "uv sync --package billing --package mailer",
      '["uv", "sync"]\nRUN uv sync --package billing',
      "<<EOF\nuv sync --package billing\nuv sync\nEOF",
    ].map((step): [string, string, string[]] => [
      `others too, as in ${step}`,
      step,
      ["billing: image context uv.lock"],
    ]),
  ])("affects an image that installs %s", async (_, step, expected) => {
    const dockerfile = `FROM python:3.13\nCOPY uv.lock pyproject.toml /\nRUN ${step}\n`;
    const files = { ...workspace, "services/billing/Dockerfile": dockerfile };
    expect(await by(bumped("smtp"), files)).toEqual([...expected, "mailer: lock file uv.lock"]);
  });
});

describe("a uv.lock whose versions a member takes from the top", () => {
  const locked = (pytest: string, ruff: string) =>
    `version = 1
[[package]]
name = "top"
version = "1"
source = { virtual = "." }
[package.dev-dependencies]
dev = [{ name = "pytest" }]
lint = [{ name = "ruff" }]
docs = [{ name = "sphinx" }]
[[package]]
name = "a"
version = "1"
[[package]]
name = "pytest"
version = "${pytest}"
[[package]]
name = "ruff"
version = "${ruff}"
[[package]]
name = "sphinx"
version = "1"
`;
  const before = locked("1", "1");
  const files: Files = {
    "pyproject.toml": `${project("top")}[dependency-groups]\ndev = ["pytest"]\nlint = ["ruff"]\ndocs = ["sphinx"]\n[tool.uv.workspace]\nmembers = ["a"]\n`,
    "uv.lock": before,
    "a/pyproject.toml": project("a"),
    "a/a.py": "",
  };
  const by = (after: string) =>
    affected({
      files,
      config: "services: {a: {path: a}}\n",
      changed: ["uv.lock"],
      difference: { locks: new Map([["uv.lock", { before, after }]]) },
    });
  test.each<[what: string, after: string, expected: readonly string[]]>([
    ["a group for tests, which each member installs", locked("2", "1"), ["a: lock file uv.lock"]],
    ["a linter, whose version the lock tells", locked("1", "2"), ["a: lock file uv.lock"]],
    ["another group", before.replace('"sphinx"\nversion = "1"', '"sphinx"\nversion = "2"'), []],
  ])("%s", async (_, after, expected) => {
    expect(await by(after)).toEqual(expected);
  });
});

test("the manifest of a workspace's top also has the settings of tools for those below it", async () => {
  const files = {
    "pyproject.toml": `${project("top")}[tool.uv.workspace]\nmembers = ["a"]\n[tool.ruff]\n`,
    "uv.lock": "version = 1\n",
    "main.py": "",
    "a/pyproject.toml": project("a"),
    "a/a.py": "",
  };
  expect(await affected({ files, changed: ["pyproject.toml"] })).toEqual([
    "top: own path pyproject.toml",
    "top: dependencies pyproject.toml",
    "a: dependencies pyproject.toml",
  ]);
});

test("settings that a tool's own extend belong to its service, in another one too", async () => {
  const files = {
    "setup.py": "",
    "lint/base.toml": "",
    "a/setup.py": "",
    "a/ruff.toml": 'extend = "../lint/base.toml"\n',
  };
  const config = "services: {top: {path: .}, a: {path: a}}\n";
  expect(await affected({ files, config, changed: ["lint/base.toml"] })).toEqual([
    "top: own path lint/base.toml",
    "top: dependencies lint/base.toml",
    "a: settings lint/base.toml",
  ]);
});

test("a project in another language around services is not apart from them", async () => {
  const files = { "backend/package.json": "{}", "backend/a/setup.py": "", "backend/b/setup.py": "" };
  expect(await affected({ files, changed: ["backend/shared/rules.json"] })).toEqual([
    "a: unknown file backend/shared/rules.json",
    "b: unknown file backend/shared/rules.json",
  ]);
});

describe("a Dockerfile that is built from above its service", () => {
  const dockerfile = (name: string) =>
    `FROM python:3.13\nARG NAME=${name}\nCOPY services/$NAME/requirements.txt /\nCOPY libs/logging /l\nCOPY services/\${NAME}/app /a\n`;
  const files: Files = {
    "services/a/Dockerfile": dockerfile("a"),
    "services/a/requirements.txt": "",
    "services/a/app/main.py": "",
    "services/b/Dockerfile": dockerfile("b"),
    "services/b/requirements.txt": "",
    "services/b/app/main.py": "",
    "libs/logging/log.py": "",
    ".dockerignore": "**/*.md\n!libs/logging/KEEP.md\n",
    "web/package.json": "{}",
  };
  test.each<[what: string, path: string, expected: readonly string[]]>([
    [
      "a folder that both copy",
      "libs/logging/log.py",
      ["a: image context libs/logging/log.py", "b: image context libs/logging/log.py"],
    ],
    [
      "one service's own",
      "services/a/app/main.py",
      ["a: own path services/a/app/main.py", "a: image context services/a/app/main.py"],
    ],
    [
      "a page that .dockerignore leaves out",
      "libs/logging/README.md",
      ["a: unknown file", "b: unknown file"],
    ],
    [
      "a page that .dockerignore keeps",
      "libs/logging/KEEP.md",
      ["a: image context libs/logging/KEEP.md", "b: image context libs/logging/KEEP.md"],
    ],
    [
      ".dockerignore itself",
      ".dockerignore",
      ["a: image context .dockerignore", "b: image context .dockerignore"],
    ],
    ["a project in another language", "web/src/main.ts", []],
    [
      "code of Python beside one, which services may share",
      "web/shared.py",
      ["a: unknown file", "b: unknown file"],
    ],
  ])("%s", async (_, path, expected) => {
    const full = expected.map((each) => (each.endsWith("unknown file") ? `${each} ${path}` : each));
    expect(await affected({ files, changed: [path] })).toEqual(full);
  });
});

describe("a page at the top of a service", () => {
  const files: Files = {
    "a/pyproject.toml": `${project("a")}readme = "README.md"\n`,
    "a/Dockerfile": "FROM python:3.13\nCOPY pyproject.toml /\n",
    "b/setup.py": "",
    "b/pytest.ini": "[pytest]\naddopts = --doctest-glob=*.md\n",
    "c/requirements.txt": "",
    "c/Dockerfile": "FROM python:3.13\nCOPY . /\n",
  };
  const changed = ["a/README.md", "a/CHANGELOG.rst", "b/README.md", "c/README.md"];
  test("affects a service only if its tests or its image read it", async () => {
    expect(await affected({ files, changed })).toEqual([
      "b: own path b/README.md",
      "b: dependencies b/README.md",
      "c: image context c/README.md",
    ]);
    expect(await affected({ files, changed: ["a/docs/README.md", "a/README.py"] })).toEqual([
      "a: own path a/docs/README.md +1",
    ]);
  });
  test("affects its service as a link to other files", async () => {
    const difference: Partial<Difference> = { links: [["a/README.md", "src/a.py"]] };
    expect(await affected({ files, changed: ["a/src/a.py"], difference })).toEqual([
      "a: own path a/src/a.py",
    ]);
  });
  test("affects its service when it is gone, since a build may need it", async () => {
    expect(
      await affected({
        files,
        changed: ["a/README.md"],
        difference: { removed: new Set(["a/README.md"]) },
      }),
    ).toEqual(["a: own path a/README.md"]);
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
    ["README.md", []],
    ["page.md", ["outer: own path page.md"]],
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
