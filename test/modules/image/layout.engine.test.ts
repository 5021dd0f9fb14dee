import { createHash, randomUUID } from "node:crypto";
import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Image } from "#modules/image/src/index.ts";
import { Syft } from "#modules/syft/src/index.ts";
import { session } from "../../session.ts";
import { blob, digestOf, entries, type Manifest } from "./layout.ts";

const image = new Image();
const created = "2026-01-02T03:04:05Z";

/** Steps that leave times of the clock behind, and would do so in a .pyc file but for SOURCE_DATE_EPOCH. */
const dockerfile = `FROM python:3.13-slim AS build
ARG SOURCE_DATE_EPOCH
ARG ROUND
RUN echo "$ROUND" >/dev/null
COPY app.py /app/app.py
RUN mkdir /app/made && date +%s >/dev/null && python -m compileall -q /app && ln -s app.py /app/link
FROM python:3.13-slim
COPY --from=build /app /app
RUN rm /usr/share/doc -rf && mkdir -p /var/lib/app && touch /var/lib/app/now
USER 10001
`;

const context = (text = dockerfile): Directory =>
  dag.directory().withNewFile("Dockerfile", text).withNewFile("app.py", "def answer():\n    return 42\n");

const build = (options: {
  text?: string;
  args?: string[];
  labels?: string[];
  annotations?: string[];
  created?: string;
}) =>
  image.layout(
    context(options.text),
    "Dockerfile",
    "",
    options.args,
    options.labels,
    options.annotations,
    [],
    [],
    [],
    options.created ?? created,
  );

interface Config {
  readonly created: string;
  readonly config: { readonly Labels?: Record<string, string>; readonly User?: string };
  readonly history: readonly { readonly created: string; readonly created_by: string }[];
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

const described = async (layout: Directory) => {
  const [entry] = await entries(layout);
  const manifest = await blob<Manifest>(layout, entry?.digest ?? "");
  return { entry, manifest, config: await blob<Config>(layout, manifest.config?.digest ?? "") };
};

test("labels, annotations and the commit's time are where the OCI specification has them", async () => {
  const source = "org.opencontainers.image.source=https://example.com/shop";
  const { entry, manifest, config } = await session(async () =>
    described(
      await build({ labels: [source, "a=$(id) 'b' \"c\""], annotations: [source, "org.example=[x]=y,z"] }),
    ),
  );
  const url = "https://example.com/shop";
  expect(entry?.mediaType).toBe("application/vnd.oci.image.manifest.v1+json");
  expect(manifest.annotations).toEqual({ "org.opencontainers.image.source": url, "org.example": "[x]=y,z" });
  expect(config.config.Labels).toEqual({ "org.opencontainers.image.source": url, a: "$(id) 'b' \"c\"" });
  expect(config.config.User).toBe("10001");
  expect(config.created).toBe(created);
  expect(new Set(config.history.map((each) => each.created))).toEqual(new Set([created]));
  // Not where the engine has it from, which is another place in another engine.
  expect(config.history[0]?.created_by).toBe("base image");
  expect(config.history.at(-1)?.created_by).toMatch(/^[^[].*rm \/usr\/share\/doc/);
});

test("the base image's layers stay as they were, so that a registry has them already", async () => {
  const [layers, base] = await session(async () => {
    const built = (await described(await build({}))).manifest.layers ?? [];
    const plain = await described(await build({ text: "FROM python:3.13-slim\n" }));
    return [
      built.map(({ digest }) => digest),
      (plain.manifest.layers ?? []).map(({ digest }) => digest),
    ] as const;
  });
  expect(base.length).toBeGreaterThan(0);
  expect(layers.slice(0, base.length)).toEqual(base);
  expect(layers.length).toBeGreaterThan(base.length);
});

test.each(["RUN true", "COPY *.none /"])(
  "a step that changes nothing leaves no layer and no history, in this image or a later one: %s",
  async (nothing) => {
    // The engine has not seen this content before, and takes the second build for the first one.
    const step = `FROM python:3.13-slim\nRUN mkdir /${randomUUID()}\n`;
    const [first, second] = await session(async () => [
      await described(await build({ text: `${step}${nothing}\n` })),
      await described(await build({ text: step })),
    ]);
    expect(first?.config.history.at(-1)?.created_by).toContain("mkdir");
    expect(second?.config.history.at(-1)?.created_by).toContain("mkdir");
    expect(first?.config.rootfs.diff_ids).toHaveLength(first?.manifest.layers?.length ?? 0);
    expect(first?.entry?.digest).toBe(second?.entry?.digest);
  },
);

test("a step has the same history at another place of another Dockerfile", async () => {
  const copy = `COPY app.py /${randomUUID()}\n`;
  const [first, second] = await session(async () => [
    await described(await build({ text: `FROM python:3.13-slim AS a\n${copy}` })),
    await described(await build({ text: `FROM python:3.13-slim\n${copy}ENV A=b\n` })),
  ]);
  expect(first?.config.history.at(-1)?.created_by).toMatch(/^COPY app\.py/);
  expect(first?.config.history.at(-1)).toEqual(second?.config.history.at(-1));
});

describe("the same context and time", () => {
  test("give the same digest when every step runs anew", async () => {
    const rounds = await session(async () => {
      const one = await digestOf(await build({ args: [`ROUND=${randomUUID()}`] }));
      const other = await digestOf(await build({ args: [`ROUND=${randomUUID()}`] }));
      return [one, other];
    });
    expect(rounds[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(rounds[1]).toBe(rounds[0]);
  });

  test("give the same layers for another commit, and another image", async () => {
    const [one, other] = await session(async () => [
      await described(await build({})),
      await described(await build({ created: "2026-01-03T03:04:05Z" })),
    ]);
    expect(other?.manifest.layers).toEqual(one?.manifest.layers);
    expect(other?.entry?.digest).not.toBe(one?.entry?.digest);
  });

  test("leave a .pyc file valid", async () => {
    const output = await session(async () => {
      const archive = image.archive(await build({}));
      const check =
        "import importlib.util, pathlib; flags = pathlib.Path(importlib.util.cache_from_source('/app/app.py')).read_bytes()[4]; print(flags)";
      return dag.container().import_(archive).withExec(["python", "-c", check]).stdout();
    });
    // Checked by the source's hash, not by its time: PEP 552.
    expect(output).toBe("3\n");
  });
});

test("Syft finds the layout's digest in its archive", async () => {
  const [layout, reported] = await session(async () => {
    const built = await build({});
    const ran = new Syft().imageSbom(image.archive(built));
    return [await digestOf(built), JSON.parse(await ran.file("/reports/sbom.syft.json").contents())] as const;
  });
  const schema = z.object({ source: z.object({ metadata: z.object({ manifestDigest: z.string() }) }) });
  expect(schema.parse(reported).source.metadata.manifestDigest).toBe(layout);
});

describe("a build secret", () => {
  // A step is not run anew for another secret, as with docker build, but for another text.
  const text = `FROM python:3.13-slim
ENV ROUND=${randomUUID()}
RUN --mount=type=secret,id=API_TOKEN python -c "import hashlib; print(hashlib.sha256(open('/run/secrets/API_TOKEN','rb').read()).hexdigest())" >/seen
`;
  const canary = `canary-${randomUUID()}`;

  test("is there for the step that mounts it, and in no file of the layout", async () => {
    const found = await session(async () => {
      const secret = dag.setSecret(`other-${randomUUID()}`, canary);
      const layout = await image.layout(
        context(text),
        "Dockerfile",
        "",
        [],
        [],
        [],
        [],
        ["API_TOKEN"],
        [secret],
        created,
      );
      const search = `import base64, glob, gzip, sys
word = sys.stdin.read().encode()
forms = [word, word.hex().encode(), base64.b64encode(word).rstrip(b'=')]
for path in glob.glob('/layout/**/*', recursive=True):
    try: data = open(path, 'rb').read()
    except IsADirectoryError: continue
    data += gzip.decompress(data) if data[:2] == b'\\x1f\\x8b' else b''
    if any(form in data for form in forms): print(path)
print('looked')
`;
      const looked = dag
        .container()
        .from("python:3.13-slim")
        .withMountedDirectory("/layout", layout)
        .withMountedSecret("/word", secret)
        .withExec(["sh", "-c", 'python -c "$1" </word', "sh", search]);
      const seen = dag.container().import_(image.archive(layout)).file("/seen").contents();
      return { looked: await looked.stdout(), seen: await seen };
    });
    expect(found).toEqual({
      looked: "looked\n",
      seen: `${createHash("sha256").update(canary).digest("hex")}\n`,
    });
  });

  test("that the Dockerfile asks for and nobody gives ends the build", async () => {
    const required = text.replace("id=API_TOKEN", "id=API_TOKEN,required");
    await expect(session(() => build({ text: required }))).rejects.toThrow(/secret not found: API_TOKEN/);
  });
});

describe("it is refused before anything is built", () => {
  const layout = (
    options: Partial<Record<"annotations" | "platforms" | "ids", string[]>> & { created?: string },
  ) =>
    session(() =>
      image.layout(
        context(),
        "Dockerfile",
        "",
        [],
        [],
        options.annotations,
        options.platforms,
        options.ids,
        (options.ids ?? []).slice(0, 2).map((id) => dag.setSecret(`${id}x`, "x")),
        options.created,
      ),
    );

  test.each([
    ["an annotation without a name", { annotations: ["=x"] }],
    ["an annotation for all platforms, in regctl's own words", { annotations: ["[*]a=x"] }],
    ["an annotation without a value", { annotations: ["a="] }],
    ["a platform that is none", { platforms: ["linux/amd64,linux/arm64"] }],
    ["a platform twice", { platforms: ["linux/amd64", "linux/amd64"] }],
    ["a time without a zone", { created: "2026-01-02 03:04:05" }],
    ["a time that no calendar has", { created: "2026-13-02T03:04:05Z" }],
    ["a secret's id that leads elsewhere", { ids: ["../x"] }],
    ["a secret's id twice", { ids: ["a", "a"] }],
    ["an id without a secret", { ids: ["a", "b", "c"] }],
  ])("%s", async (_name, options) => {
    await expect(layout(options)).rejects.toThrow(/ARGUMENT_INVALID/);
  });
});
