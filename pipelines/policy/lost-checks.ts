import type { Plan, PlannedService } from "#pipelines/plan/plan.ts";
import type { Weakening } from "./weakening.ts";

/** What the source of a change still has. */
export interface Remains {
  readonly hasFile: (path: string) => Promise<boolean>;
  readonly hasFolder: (path: string) => Promise<boolean>;
}

/**
 * Finds the checks that run on the base, and not on a change that still has what they check: a service that is not
 * found any more, a tool whose settings are gone, an image without its Dockerfile.
 */
export async function lostChecks(base: Plan, change: Plan, remains: Remains): Promise<readonly Weakening[]> {
  const lost = await Promise.all([
    ...base.services.map((service) => lostOf(service, change, remains)),
    ...base.files.map(async ({ tool, paths }) => {
      if (change.files.some((each) => each.tool === tool)) return [];
      return (await some(paths, remains.hasFile)) ? [missing(`files/${tool}`)] : [];
    }),
  ]);
  return lost.flat();
}

async function lostOf(before: PlannedService, change: Plan, remains: Remains): Promise<readonly Weakening[]> {
  const { name, path } = before;
  const now = change.services.find((service) => service.path === path);
  if (now === undefined) {
    const isBroken = change.faults.some((fault) => fault.path === path && fault.id.kind === "plan");
    return isBroken || !(await remains.hasFolder(path)) ? [] : [missing(name)];
  }
  const tools = [...named(before.lint), ...named(before.types)];
  const kept = [...named(now.lint), ...named(now.types)];
  const isImageBroken = change.faults.some((fault) => fault.path === path && fault.id.kind === "image");
  return [
    ...tools.filter((tool) => !kept.includes(tool)).map((tool) => missing(`${name}/${tool}`)),
    ...(before.test !== false && now.test === false ? [missing(`${name}/test`)] : []),
    ...(before.image && !now.image && !isImageBroken ? [missing(`${name}/image`)] : []),
  ];
}

function named(tools: PlannedService["lint"] | PlannedService["types"]): readonly string[] {
  return tools === false
    ? []
    : tools.map(({ tool, turn }) => (turn === undefined ? tool : `${tool}-${turn}`));
}

function missing(subject: string): Weakening {
  return { subject, text: "checked on the base, and not in the change" };
}

async function some(paths: readonly string[], isThere: (path: string) => Promise<boolean>): Promise<boolean> {
  return (await Promise.all(paths.slice(0, 50).map(isThere))).includes(true);
}
