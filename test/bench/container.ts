import { z } from "zod";

/** A container that the engine started: a tool, a service beside it, a step of a Dockerfile, a module's runtime. */
export interface StartedContainer {
  readonly command: string;
  readonly folder: string;
}

const bundle = z.object({ process: z.object({ args: z.array(z.string()), cwd: z.string() }) });

/** The engine's own first process in a container, before what is run in it. */
const init = /^\/\.init|dagger-init$/;

/** Reads what a container runs from its OCI bundle's config.json; nothing if that is not written whole yet. */
export function readContainer(config: string): StartedContainer | undefined {
  let json: unknown;
  try {
    json = JSON.parse(config);
  } catch {
    return undefined;
  }
  const { success, data } = bundle.safeParse(json);
  if (!success) return undefined;
  const { args, cwd } = data.process;
  const own = args.length > 0 && init.test(args[0] ?? "") ? args.slice(1) : args;
  const command = (own[0] === "--" ? own.slice(1) : own).join(" ");
  return { command: command.replace(/\s+/g, " "), folder: cwd };
}

/** Tells whether a container runs the module itself, not a tool of the pipeline. */
export function isModuleRuntime({ command }: StartedContainer): boolean {
  return /\b(codegen|bun|node|npm|tsx|go)\b/.test(command.split(" ").slice(0, 3).join(" "));
}

/** Finds the containers that belong to one of these services, by the folder or the names they work with. */
export function containersOf(
  services: readonly string[],
  started: readonly StartedContainer[],
): readonly StartedContainer[] {
  return started.filter(({ command, folder }) =>
    services.some((name) => folder.includes(`/${name}`) || new RegExp(`\\b${name}\\b`).test(command)),
  );
}
