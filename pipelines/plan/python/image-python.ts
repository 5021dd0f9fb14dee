import type { Service } from "#pipelines/config/config.ts";
import { defaults } from "#pipelines/config/defaults.ts";
import { baseImageOf } from "#pipelines/plan/build-stages.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join, joinInside } from "#pipelines/text/path.ts";
import type { NamedPython } from "./named-python.ts";

/**
 * Finds the version of Python of a service's image, by the name of the base image of its Dockerfile, and the Dockerfile;
 * undefined if there is no image, or if the name does not tell, as python:latest.
 */
export async function imagePython(
  tree: Tree,
  { path, image }: Pick<Service, "path" | "image">,
): Promise<NamedPython | undefined> {
  if (image === false) return undefined;
  const folder = joinInside(path, image?.context ?? defaults.context);
  const file = join(folder ?? path, image?.dockerfile ?? defaults.dockerfile);
  if (folder === undefined || !(await tree.hasFile(file))) return undefined;
  const text = await tree.read(file).catch(() => "");
  const version = pythonIn(baseImageOf(text, image?.target, image?.args) ?? "");
  return version === undefined ? undefined : { version, file };
}

/** The version of Python of an image, by its name; undefined if the name does not tell. */
export function pythonIn(reference: string): string | undefined {
  const [, repository = "", tag = ""] = /^([^@]*?)(?::([^/:@]*))?(?:@.*)?$/.exec(reference) ?? [];
  const name = repository.split("/").at(-1) ?? "";
  const own = /^(?:.*[-_])?python(?:[-_].*)?$/.test(name) ? /(?:^|[^\d.])(3\.\d{1,2})(?!\d)/.exec(tag) : null;
  if (own?.[1] !== undefined) return own[1];
  // ubi9/python-312, uv:python3.12-alpine, fastapi:py3.11
  const [, minor] = /(?:^|[^a-z])py(?:thon)?[-_]?3\.?(\d{1,2})(?!\d)/.exec(`${name}:${tag}`) ?? [];
  if (minor !== undefined) return `3.${minor}`;
  return name.startsWith("python3-debian") ? distroless[name.replace("python3-", "")] : undefined;
}

/** Images called distroless have the Python of their Debian. */
const distroless: Readonly<Record<string, string>> = { debian11: "3.9", debian12: "3.11", debian13: "3.13" };
