import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What each room may import from; a module sees its own folder alone, so that it can be installed alone. */
const allowed: Record<string, readonly string[]> = {
  src: ["src", "pipelines"],
  pipelines: ["pipelines", "modules"],
  modules: [],
};

/** The rooms of pipelines, from the ground up: each imports from those before it alone. Read from `plan` on, it is the flow. */
const rooms = [
  "text",
  "yaml",
  "errors",
  "dagger",
  "request.ts",
  "version.ts",
  "findings",
  "readers",
  "gates",
  "tools",
  "config",
  "git",
  "lock",
  "plan",
  "policy",
  "verdict",
  "shards",
  "reports",
  "source",
  "workspace",
  "affected",
  "checks",
  "baseline",
  "bump",
  "conclude",
  "ci.ts",
  "merge",
  "commands",
  "release",
  "verify",
  "deliver",
  "init",
  "doctor",
  "functions",
  "index.ts",
];

/** The most files of a folder, and the most lines of a file that somebody wrote. */
const widest = 40;
const longest = 300;

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|\/sdk\/|^pipelines\/.*\.test\.ts$/.test(file));
}

function room(path: string): string {
  const [top = "", second = ""] = path.split("/");
  return top === "modules" ? `modules/${second}` : top;
}

/** Imports of our own files; one that begins with # is by the field `imports` of package.json, whose names are folders. */
async function ownImports(file: string): Promise<string[]> {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"([.#][^"]+)"/g)].map(([, path = ""]) =>
    path.startsWith("#") ? path.slice(1) : normalize(join(dirname(file), path)),
  );
}

test("imports point one way: src to pipelines to modules, and a module to itself alone", async () => {
  const wrong: string[] = [];
  for (const top of Object.keys(allowed)) {
    for (const file of await sources(top)) {
      for (const target of await ownImports(file)) {
        const inside = room(target) === room(file);
        const permitted = (allowed[top] ?? []).includes(target.split("/")[0] ?? "");
        if (!inside && !permitted) wrong.push(`${file} imports ${target}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("there is no circle of imports", async () => {
  const files = (await Promise.all(["src", "pipelines", "modules", "ci"].map(sources))).flat();
  const graph = new Map(
    await Promise.all(files.map(async (file) => [file, await ownImports(file)] as const)),
  );
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      circles.push([...trail.slice(at), file].join(" → "));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test("the rooms of pipelines import downwards alone, and each has its place", async () => {
  const floor = (path: string) => rooms.indexOf(path.split("/")[1] ?? "");
  const wrong: string[] = [];
  for (const file of await sources("pipelines")) {
    if (floor(file) < 0) wrong.push(`${file} is in no room`);
    for (const target of (await ownImports(file)).filter((each) => each.startsWith("pipelines/"))) {
      if (floor(target) > floor(file)) wrong.push(`${file} imports ${target}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("no folder of source is wider than a page", async () => {
  const files = (await Promise.all(["src", "pipelines", "modules", "ci", "test"].map(sources))).flat();
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > widest)).toEqual([]);
});

/** What `npm run generate` writes says so in its first line. */
const isGenerated = (text: string) => /^\/\/.*npm run generate/.test(text);

/** The face of a Dagger module bears its users' documentation, which is not counted. */
function lengthOf(file: string, text: string): number {
  const code = /^modules\/[^/]+\/src\/index\.ts$/.test(file)
    ? text.replace(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "")
    : text;
  return code.split("\n").length - 1;
}

test("no file that somebody wrote is longer than a few screens", async () => {
  const long: string[] = [];
  for (const file of (await Promise.all(["src", "pipelines", "modules", "ci"].map(sources))).flat()) {
    const text = await readFile(file, "utf8");
    if (!isGenerated(text) && lengthOf(file, text) > longest) long.push(`${file}: ${lengthOf(file, text)}`);
  }
  expect(long).toEqual([]);
});
