import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, expect, test, vi } from "vitest";
import { Slipway } from "../../src/index.ts";
import { shopWith } from "../fixtures/shop-variants.ts";
import { session } from "../session.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

const shop = "SHOP";
const faults = "colour: red\ngates:\n  coverage: 101\nreuse: soon\n";
const bomb = `a: &a [x]\n${[..."bcdefghij"].map((key, at) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghij"[at]}`).join(", ")}]`).join("\n")}\n`;

type Act = (source: Directory) => Promise<unknown>;

const bump =
  (image: string, overlay?: string): Act =>
  (source) =>
    new Slipway().bump([image], source, undefined, overlay);
const lint =
  (config?: string, service?: string): Act =>
  (source) =>
    new Slipway().lint(source, config, service);

for (const name of ["SAME_ONE", "SAME_OTHER"]) vi.stubEnv(name, "of one value");
afterAll(() => void vi.unstubAllEnvs());
const withSecrets =
  (...names: readonly string[]): Act =>
  (source) =>
    new Slipway().test(
      source,
      undefined,
      undefined,
      names.map((name) => dag.secret(`env://${name}`)),
    );

/** What is done to which files; SHOP is the example. That a code reaches a user is held by slipway.call.test.ts. */
const cases: readonly [string, Readonly<Record<string, string>> | typeof shop, Act, string][] = [
  ["a tag with a shell's syntax", shop, bump("registry.example.com/shop/orders:$(id)"), "TAG_INVALID"],
  ["an image that begins with a dash", shop, bump("-h"), "IMAGE_NAME_INVALID"],
  ["a tag of 300 characters", shop, bump(`a:${"x".repeat(300)}`), "TAG_INVALID"],
  ["an overlay out of the source", shop, bump("a:1", "../x"), "PATH_OUTSIDE_SOURCE"],
  ["a service that there is not", shop, lint(undefined, "nobody"), "SERVICE_NOT_FOUND"],
  ["a configuration that there is not", shop, lint("other.yaml"), "CONFIG_NOT_FOUND"],
  ["an empty repository", {}, lint(), "SOURCE_EMPTY"],
  ["a repository without Python", { "README.md": "nothing here\n" }, lint(), "SOURCE_NOT_PYTHON"],
  [
    "three faults in slipway.yaml at once",
    { "slipway.yaml": faults, "setup.py": "" },
    lint(),
    "CONFIG_INVALID",
  ],
  ["two secrets of one value", shop, withSecrets("SAME_ONE", "SAME_OTHER"), "SECRET_UNNAMED"],
  ["an alias bomb", { "slipway.yaml": bomb }, lint(), "CONFIG_UNREADABLE"],
];

test.each(cases)("%s", async (_, files, act, code) => {
  const folder = files === shop ? await shopWith() : await mkdtemp(join(tmpdir(), "slipway-refused-"));
  folders.push(folder);
  if (files !== shop) {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  }
  // A session wraps what is thrown in words of its own.
  const message = await session(() =>
    act(dag.host().directory(folder)).then(
      () => "nothing was thrown",
      (error: Error) => error.message,
    ),
  );
  expect(message).toMatch(new RegExp(`^${code}: `));
});
