import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { afterAll, beforeAll, expect, test } from "vitest";
import { subset } from "#pipelines/dagger/subset.ts";
import { cover } from "#pipelines/plan/cover.ts";
import { session } from "../../session.ts";

const paths = [
  ".github/workflows/ci.yml",
  "Dockerfile",
  "a\nb.sh",
  "app/Dockerfile",
  "app/main.py",
  "k8s/x/a.yaml",
];
const wanted = paths.filter((path) => !path.endsWith(".py"));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "slipway-pick-"));
  for (const path of paths) await put(path, `${path}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Lists the files that a container is given, after a word that is another at each run. */
function run(source: Directory): Promise<string> {
  return dag
    .container()
    .from("python:3.13-slim")
    .withMountedDirectory("/src", subset(source, cover(wanted, paths)))
    .withExec(["sh", "-c", "cat /proc/sys/kernel/random/uuid; cd /src; find . -type f -print0 | sort -z"])
    .stdout();
}

const source = () => dag.host().directory(folder, { noCache: true });

test("the files that are wanted are there, and a change of any other runs nothing anew", async () => {
  const [first, again, changed] = await session(async () => {
    const one = await run(source());
    await put("app/main.py", `x = ${Date.now()}\n`);
    const two = await run(source());
    await put("app/Dockerfile", `FROM scratch\n# ${Date.now()}\n`);
    return [one, two, await run(source())];
  });
  const [, ...lines] = first?.split("\n") ?? [];
  expect(lines.join("\n").split("\0").filter(Boolean).sort()).toEqual(
    wanted.map((path) => `./${path}`).sort(),
  );
  expect(again).toBe(first);
  expect(changed).not.toBe(first);
});
