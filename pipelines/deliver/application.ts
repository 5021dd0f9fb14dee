import { z } from "zod";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { jsonIn } from "#pipelines/text/json.ts";

const source = z.looseObject({
  repoURL: z.string().default(""),
  path: z.string().default(""),
  targetRevision: z.string().default(""),
  chart: z.string().default(""),
  ref: z.string().default(""),
  helm: z.looseObject({ valueFiles: z.array(z.string()).nullish() }).nullish(),
  directory: z.looseObject({ recurse: z.boolean().nullish() }).nullish(),
});
const sources = {
  source: source.optional(),
  sources: z.array(source).optional(),
};
const schema = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({
    ...sources,
    syncPolicy: z
      .looseObject({ automated: z.looseObject({ enabled: z.boolean().default(true) }).nullish() })
      .nullish(),
    ignoreDifferences: z
      .array(
        z.looseObject({
          jsonPointers: z.array(z.string()).nullish(),
          jqPathExpressions: z.array(z.string()).nullish(),
        }),
      )
      .nullish(),
  }),
  operation: z.looseObject({}).nullish(),
  status: z
    .looseObject({
      sync: z
        .looseObject({
          status: z.string().default(""),
          revision: z.string().default(""),
          revisions: z.array(z.string()).nullish(),
          comparedTo: z.looseObject(sources).nullish(),
        })
        .default({ status: "", revision: "" }),
      health: z
        .looseObject({ status: z.string().default(""), message: z.string().default("") })
        .default({ status: "", message: "" }),
      conditions: z.array(z.looseObject({ type: z.string(), message: z.string().default("") })).nullish(),
      operationState: z
        .looseObject({
          phase: z.string().default(""),
          message: z.string().default(""),
          syncResult: z
            .looseObject({ revision: z.string().default(""), revisions: z.array(z.string()).nullish() })
            .nullish(),
        })
        .nullish(),
    })
    .default({ sync: { status: "", revision: "" }, health: { status: "", message: "" } }),
});

/** One source of an Application. */
export type ApplicationSource = z.output<typeof source>;

/** An Application with its status, as Argo CD tells it. */
export type Application = z.output<typeof schema>;

/**
 * Reads what `argocd app get --output=json` prints.
 * https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
 *
 * @throws REPORT_MALFORMED
 */
export function readApplication(text: string, name: string): Application {
  const read = schema.safeParse(jsonIn(text));
  if (read.success) return read.data;
  throw new SlipwayError(
    "REPORT_MALFORMED",
    `Argo CD's answer about the Application ${name} is not one: ${z.prettifyError(read.error).slice(0, 300)}`,
    "Check the server's version: Argo CD 2.10 and newer are supported.",
  );
}

/** The sources of an Application, or of what its status was compared with. */
export function sourcesOf(of: {
  readonly source?: ApplicationSource | undefined;
  readonly sources?: readonly ApplicationSource[] | undefined;
}): readonly ApplicationSource[] {
  if (of.sources !== undefined && of.sources.length > 0) return of.sources;
  return of.source === undefined ? [] : [of.source];
}
