import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import { joinInside } from "#pipelines/text/path.ts";
import { valueIn } from "#pipelines/yaml/document.ts";

const schema = z.object({
  ignorefile: z.string().optional().catch(undefined),
  "ignore-policy": z.string().optional().catch(undefined),
  secret: z.object({ config: z.string().optional() }).optional().catch(undefined),
});

/** The files that a trivy.yaml names, relative to the source. */
export interface NamedByTrivy {
  /** The file of exceptions in place of .trivyignore. */
  readonly ignorefile?: string;
  /** This file and the others that decide what is reported. */
  readonly all: readonly string[];
}

/**
 * Reads which files the trivy.yaml of a source names. Paths that leave the source are left out.
 *
 * @see https://trivy.dev/v0.65/docs/references/configuration/config-file/
 */
export async function namedByTrivy(source: Directory): Promise<NamedByTrivy> {
  const text = await regularText(source, "trivy.yaml");
  if (text === undefined) return { all: [] };
  const read = schema.safeParse(valueIn(text)).data;
  const inside = (path: string | undefined) => (path ? joinInside(".", path) : undefined);
  const ignorefile = inside(read?.ignorefile);
  const others = [inside(read?.["ignore-policy"]), inside(read?.secret?.config)];
  return {
    ...(ignorefile !== undefined && { ignorefile }),
    all: [ignorefile, ...others].flatMap((path) => path ?? []),
  };
}
