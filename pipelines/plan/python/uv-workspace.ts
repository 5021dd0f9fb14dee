import { type Tree, upwards } from "#pipelines/plan/tree.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { normalizedName } from "./normalized-name.ts";
import { type ProjectTables, readProject } from "./project.ts";

/**
 * Finds the project whose uv.lock applies to a service: the service itself, or the nearest uv workspace above it
 * that includes it. Returns undefined if there is no such lock.
 */
export async function uvLockOwner(tree: Tree, project: ProjectTables): Promise<ProjectTables | undefined> {
  for (const above of upwards(project.folder)) {
    if (!tree.has(above, "uv.lock")) continue;
    if (above === project.folder) return project;
    const owner = await readProject(tree, above);
    if (takesIn(owner, project.folder)) return owner;
  }
  return undefined;
}

/** Whether a folder is the top of a uv workspace. */
export function isWorkspace({ pyproject }: ProjectTables): boolean {
  return pyproject?.tool?.uv?.workspace !== undefined;
}

/** Maps the names of a uv workspace's members, normalized, to their folders. */
export async function membersOf(tree: Tree, owner: ProjectTables): Promise<ReadonlyMap<string, string>> {
  if (!isWorkspace(owner)) return new Map();
  const folders = tree.folders.filter(
    (folder) => tree.has(folder, "pyproject.toml") && (folder === owner.folder || takesIn(owner, folder)),
  );
  const projects = await Promise.all(folders.map((folder) => readProject(tree, folder)));
  return new Map(
    projects.flatMap(({ folder, pyproject }) => {
      const name = pyproject?.project?.name;
      return name === undefined ? [] : [[normalizedName(name), folder]];
    }),
  );
}

function takesIn({ folder, pyproject }: ProjectTables, member: string): boolean {
  const { members = [], exclude = [] } = pyproject?.tool?.uv?.workspace ?? {};
  if (!isWithin(member, folder)) return false;
  const matches = (glob: string) => pattern(join(folder, glob)).test(member);
  return members.some(matches) && !exclude.some(matches);
}

/** A glob as a regular expression: `*` and `?` within a folder's name, `**` across folders. */
function pattern(glob: string): RegExp {
  const source = glob
    .replace(/\/$/, "")
    .split(/(\*\*\/?|\*|\?)/)
    .map((part) => {
      if (part === "**/") return "(?:.*/)?";
      if (part === "**") return ".*";
      if (part === "*") return "[^/]*";
      return part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    });
  return new RegExp(`^${source.join("")}$`, "s");
}
