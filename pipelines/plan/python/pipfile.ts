import { z } from "zod";
import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { parseToml } from "./project.ts";

/** The parts of a Pipfile that a plan reads. */
const pipfileSchema = z.looseObject({
  requires: z
    .looseObject({ python_version: z.string().optional(), python_full_version: z.string().optional() })
    .optional(),
  source: z
    .array(z.looseObject({ name: z.string(), url: z.string().optional() }))
    .optional()
    .catch(undefined),
  packages: z.looseObject({}).optional(),
  "dev-packages": z.looseObject({}).optional(),
});

export type Pipfile = z.output<typeof pipfileSchema>;

/** Reads a folder's Pipfile; undefined if it has no Pipfile. Fails with PROJECT_INVALID when it is malformed. */
export async function readPipfile(tree: Tree, folder: string): Promise<Pipfile | undefined> {
  if (!tree.has(folder, "Pipfile")) return undefined;
  const path = join(folder, "Pipfile");
  const result = pipfileSchema.safeParse(parseToml(await tree.read(path), path));
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw projectInvalid(
    `${plain(path)}: ${faults.join("; ")}`,
    "Correct these keys. The Pipfile must have the format that pipenv reads.",
  );
}
