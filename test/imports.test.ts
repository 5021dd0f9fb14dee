import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What each room may import from; a module sees its own folder alone, so that it can be installed alone. */
const allowed: Record<string, readonly string[]> = {
  src: ["src", "pipelines"],
  pipelines: ["pipelines", "modules"],
  modules: [],
};

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/node_modules|\/sdk\//.test(file));
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
