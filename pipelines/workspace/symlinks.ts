import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import type { Workspace } from "./workspace.ts";

const script = `
import json, os
links = []
for folder, folders, files in os.walk("/src"):
    for name in folders + files:
        path = os.path.join(folder, name)
        if os.path.islink(path):
            links.append([os.path.relpath(path, "/src"), os.readlink(path)])
with open("/reports/links.json", "w") as report:
    json.dump(links, report)
`;

const report = z.array(z.tuple([z.string(), z.string()]));

/** A symbolic link's path, and its target as it is written. */
export type Symlink = readonly [path: string, target: string];

/** Writes the source's symbolic links to links.json. */
export function listSymlinks({ source, plan, pythonImage }: Workspace): Directory {
  return dag
    .container()
    .from(pythonImage(plan.services[0]?.python))
    .withDirectory("/reports", dag.directory())
    .withMountedDirectory("/src", source)
    .withExec(["python", "-I", "-c", script])
    .directory("/reports");
}

/** Reads links.json. */
export function readSymlinks(text: string): readonly Symlink[] {
  return report.parse(JSON.parse(text));
}

/** Lists the source's symbolic links. */
export async function symlinksIn(workspace: Workspace): Promise<readonly Symlink[]> {
  return readSymlinks(await listSymlinks(workspace).file("links.json").contents());
}

/** Whether a link, by its text, leads out of the folder to which its path is relative. */
export function leadsOut(path: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  const end = posix.join(posix.dirname(path), target);
  return end === ".." || end.startsWith("../");
}
