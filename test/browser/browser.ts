import { readFile } from "node:fs/promises";
import { type Directory, dag, ReturnType } from "@dagger.io/dagger";
import { z } from "zod";

const lock = z.object({
  packages: z.record(z.string(), z.object({ dependencies: z.record(z.string(), z.string()).optional() })),
});

/**
 * Looks at pages with Debian's Chromium in a container, so that a fresh machine needs no browser.
 *
 * @param pages a folder with the pages, NAME.html each.
 * @returns looks.json and the screenshots, NAME-DEVICE-SCHEME.png.
 */
export async function looksAt(pages: Directory): Promise<Directory> {
  const ran = dag
    .container()
    .from("node:22.23.3-bookworm-slim")
    .withExec([
      "sh",
      "-c",
      "apt-get update -qq && apt-get install -yqq --no-install-recommends chromium fonts-dejavu-core fonts-noto-core && rm -rf /var/lib/apt/lists/*",
    ])
    .withDirectory("/look", await driver())
    .withMountedDirectory("/pages", pages)
    .withWorkdir("/look")
    .withExec(["mkdir", "/looks"])
    .withExec(["timeout", "600", "node", "look.ts"], { expect: ReturnType.Any });
  if ((await ran.exitCode()) !== 0) throw new Error(`the browser broke down: ${await ran.stderr()}`);
  return ran.directory("/looks");
}

/** The script that looks, and the packages that it stands on, as they are installed here. */
async function driver(): Promise<Directory> {
  const packages = await closure(["puppeteer-core", "axe-core"]);
  const root = dag.host().directory(".", {
    include: ["test/browser/*.ts", ...packages.map((name) => `node_modules/${name}`)],
  });
  return root
    .directory("test/browser")
    .withDirectory("node_modules", root.directory("node_modules"))
    .withNewFile("package.json", '{"type":"module"}');
}

/** The packages of package-lock.json that these need, themselves among them. */
async function closure(names: readonly string[]): Promise<readonly string[]> {
  const { packages } = lock.parse(JSON.parse(await readFile("package-lock.json", "utf8")));
  const found = new Set<string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const each of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) add(each);
  };
  for (const name of names) add(name);
  return [...found];
}
