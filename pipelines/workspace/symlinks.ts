import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { printable } from "#pipelines/text/printable.ts";
import { type Examined, examine } from "#pipelines/verdict/run-check.ts";
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

/** Checks that no symbolic link leads out of the source: what is checked has to be what is released. */
export function links(workspace: Workspace): Promise<Examined> {
  return examine({ name: "source", gates: workspace.gates }, async () => {
    const ran = list(workspace);
    const text = await ran.file("links.json").contents();
    return {
      reports: ran,
      read: async () => {
        const found = report.parse(JSON.parse(text));
        const out = found.filter(([path, target]) => leadsOut(path, target));
        if (out.length > 0) throw outside(out);
        return { findings: [] };
      },
      note: () => "no link leads out of it",
    };
  });
}

/** Lists the source's symbolic links, each with what it leads to as it is written. */
export async function linksIn(workspace: Workspace): Promise<readonly (readonly [string, string])[]> {
  return report.parse(JSON.parse(await list(workspace).file("links.json").contents()));
}

/** Says whether a link, as such, leads out of the folder that its path is relative to. */
export function leadsOut(path: string, target: string): boolean {
  if (target.startsWith("/")) return true;
  const end = posix.join(posix.dirname(path), target);
  return end === ".." || end.startsWith("../");
}

function list({ source, plan, pythonImage }: Workspace): Directory {
  return dag
    .container()
    .from(pythonImage(plan.services[0]?.python))
    .withDirectory("/reports", dag.directory())
    .withMountedDirectory("/src", source)
    .withExec(["python", "-I", "-c", script])
    .directory("/reports");
}

function outside(out: readonly (readonly [string, string])[]): SlipwayError {
  const named = out.slice(0, 5).map(([path, target]) => `${printable(path)} → ${printable(target)}`);
  const more = out.length > named.length ? ` and ${out.length - named.length} more` : "";
  return new SlipwayError(
    "PATH_OUTSIDE_SOURCE",
    `symbolic links lead out of the source: ${named.join(", ")}${more}`,
    "Put the file itself there, or link to one in the source.",
  );
}
