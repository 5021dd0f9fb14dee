import { posix } from "node:path";
import { z } from "zod";
import { instructions, unquoted } from "#modules/image/src/instructions.ts";
import { jsonIn } from "#pipelines/text/json.ts";
import { isWithin, join } from "#pipelines/text/path.ts";
import { type Tree, upwards } from "./tree.ts";

/**
 * Finds the folder from which a Dockerfile is meant to be built. This is the service's folder, or the nearest one
 * above it that contains all files that the build copies. If there is no such folder, it is the service's: the
 * build then reports the missing file.
 *
 * A build that copies its whole context may also lack a file only because it is generated first. For such a build,
 * a folder above counts only if the Dockerfile names a path of the service from there.
 *
 * @param folder the service's folder, relative to the source.
 * @param target the built stage; default: the last one.
 */
export async function contextOf(
  tree: Tree,
  folder: string,
  dockerfile: string,
  target?: string,
): Promise<string> {
  const copied = copiedPaths(dockerfile, target);
  const named = copied.filter((path) => path !== ".");
  if (named.length === 0) return folder;
  const files = await tree.all();
  const holds = (path: string) => files.some((file) => isWithin(file, path));
  const isMeant = (above: string) =>
    above === folder || !copied.includes(".") || named.some((path) => isWithin(join(above, path), folder));
  const all = (above: string) => isMeant(above) && named.every((path) => holds(join(above, path)));
  return upwards(folder).find(all) ?? folder;
}

interface Stage {
  readonly name: string | undefined;
  /** The stages and images that it needs, by name or number. */
  readonly needs: string[];
  /** The paths that it copies from the context. */
  readonly copies: string[];
}

/**
 * Lists the files and folders that a build reads from its context, `.` for all of it. Paths that only the build
 * knows are left out, and so are stages that it does not need.
 *
 * @param target the built stage; default: the last one.
 */
export function copiedPaths(dockerfile: string, target?: string): readonly string[] {
  const stages = stagesOf(dockerfile);
  const named = (name: string) => stages.find((stage) => stage.name === name.toLowerCase());
  const built = (target === undefined ? undefined : named(target)) ?? stages.at(-1);
  const reached = new Set(built === undefined ? [] : [built]);
  for (const { needs } of reached) {
    for (const need of needs) {
      const stage = named(need) ?? (/^\d+$/.test(need) ? stages[Number(need)] : undefined);
      if (stage !== undefined) reached.add(stage);
    }
  }
  const paths = [...reached].flatMap(({ copies }) => copies).map(unquoted);
  const plain = paths.filter((path) => !/[$*?[\]\\<>]|:\/\/|^git@/.test(path));
  const clean = plain.map((path) => posix.normalize(path).replace(/^\/+|\/+$/g, "") || ".");
  return [...new Set(clean)].filter((path) => !path.startsWith(".."));
}

function stagesOf(dockerfile: string): readonly Stage[] {
  const stages: Stage[] = [];
  for (const instruction of instructions(dockerfile)) {
    const [, word = "", flagged = "", rest = ""] =
      /^\s*(?:ONBUILD\s+)?(\w+)\s+((?:--\S+\s+)*)(.*)$/is.exec(instruction) ?? [];
    const flags = flagged.split(/\s+/);
    const stage = stages.at(-1);
    if (/^from$/i.test(word)) {
      const [, base = "", name] = /^(\S+)(?:\s+AS\s+(\S+))?\s*$/i.exec(rest) ?? [];
      stages.push({ name: name?.toLowerCase(), needs: [base], copies: [] });
    } else if (/^(?:copy|add)$/i.test(word)) {
      const from = flags.flatMap((flag) => /^--from=(\S+)/i.exec(flag)?.[1] ?? []);
      if (from.length > 0) stage?.needs.push(...from.map(unquoted));
      else stage?.copies.push(...(listed(rest) ?? rest.trim().split(/\s+/)).slice(0, -1));
    } else if (/^run$/i.test(word)) {
      for (const mount of flags.flatMap((flag) => /^--mount=(\S+)/i.exec(flag)?.[1] ?? [])) {
        const options = new Map(mount.split(",").map((option) => pair(unquoted(option))));
        const from = options.get("from");
        if (from !== undefined) stage?.needs.push(from);
        else if ((options.get("type") ?? "bind") === "bind") {
          stage?.copies.push(options.get("source") ?? options.get("src") ?? ".");
        }
      }
    }
  }
  return stages;
}

/** Reads paths in the form of a JSON list, which paths with spaces need. */
function listed(paths: string): readonly string[] | undefined {
  return paths.trimStart().startsWith("[") ? z.array(z.string()).safeParse(jsonIn(paths)).data : undefined;
}

function pair(option: string): readonly [string, string] {
  const [name = "", ...value] = option.split("=");
  return [name.toLowerCase(), value.join("=")];
}
