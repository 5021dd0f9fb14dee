import type { Config, Service } from "#pipelines/config/config.ts";
import { serviceSchema } from "#pipelines/config/schema.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { CheckId } from "#pipelines/findings/check-id.ts";
import { ownTools } from "#pipelines/plan/python/calls/foreign-tools.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { plain } from "#pipelines/text/quote.ts";
import { type Chart, chartsOf } from "./charts.ts";
import { discover, passedOver } from "./discovery.ts";
import { type PlannedFileLinter, planFileLinters } from "./file-linters.ts";
import { foreignProjects } from "./foreign-projects.ts";
import { type Infrastructure, infrastructureOf } from "./infrastructure.ts";
import { type Kustomization, kustomizationsOf } from "./kustomizations.ts";
import { type Policies, policiesOf } from "./policies.ts";
import { type PlannedService, planImage, planService } from "./service.ts";
import type { SourceFacts } from "./source-facts.ts";
import { Tree } from "./tree.ts";

export type { Dependencies } from "#pipelines/plan/python/dependencies.ts";
export type { RequirementsFile } from "#pipelines/plan/python/requirements.ts";
export type { Chart } from "./charts.ts";
export type { Infrastructure } from "./infrastructure.ts";
export type { Kustomization } from "./kustomizations.ts";
export type { Policies } from "./policies.ts";
export {
  contextFolderOf,
  dockerfileOf,
  imageNamesOf,
  type PlannedImage,
  type PlannedService,
} from "./service.ts";
export { filesOfInterest, type SourceFacts } from "./source-facts.ts";

/** A part that could not be planned. The rest of the plan is valid without it. */
export interface PlanFault {
  /** The check that cannot run because of it. */
  readonly id: CheckId;
  /** The folder of its service; absent if it belongs to no service. */
  readonly path?: string;
  readonly error: SlipwayError;
}

/** Picks the faults that prevent the plan of a whole service. */
export function unplannedServices<Fault extends Pick<PlanFault, "id">>(
  faults: readonly Fault[],
): readonly Fault[] {
  return faults.filter(({ id }) => id.kind === "plan");
}

/** The checks that will run, and the parts that could not be planned. */
export interface Plan {
  /**
   * The services in the order of slipway.yaml; if it names none, in the order of the found paths. A service with
   * its own fault is left out.
   */
  readonly services: readonly PlannedService[];
  /** Folders that would be services but for their names; empty if slipway.yaml names the services. */
  readonly passedOver: readonly string[];
  /** The kustomize overlays whose images are set; a missing one is among `faults`. */
  readonly overlays: readonly string[];
  /** Every folder that contains a kustomization file. */
  readonly kustomizations: readonly Kustomization[];
  /** The tools for the files that are not code of a service. */
  readonly files: readonly PlannedFileLinter[];
  /** Every Helm chart, except those in the charts/ folder of another. */
  readonly charts: readonly Chart[];
  /** Every folder with a configuration of OpenTofu or Terraform. */
  readonly infrastructure: readonly Infrastructure[];
  /** The tools that the repository itself runs, by hooks and in scripts. */
  readonly ownTools: readonly string[];
  /** The folders of projects in other languages, which are no part of a service unless it reads them. */
  readonly foreign: readonly string[];
  /** The repository's own policies for the manifests; absent if there are no policies. */
  readonly policies?: Policies;
  readonly faults: readonly PlanFault[];
}

/**
 * Decides which services are checked and how, from the content of the source and slipway.yaml.
 *
 * Fails with SOURCE_EMPTY when the source contains no file, and with SOURCE_NOT_PYTHON when it contains neither a service
 * nor a kustomization, a chart or a configuration of OpenTofu.
 * A fault of one service does not prevent the plan of the others: it is among `faults`.
 *
 * @param facts the content of the source.
 * @param config the settings of slipway.yaml.
 */
export async function plan(facts: SourceFacts, config: Config): Promise<Plan> {
  if (facts.files.length === 0 && (await facts.isEmpty())) {
    throw new SlipwayError(
      "SOURCE_EMPTY",
      "the source contains no file",
      "Pass a folder that contains a repository as --source.",
    );
  }
  const tree = new Tree(facts);
  const wanted = config.services === undefined ? await discovered(tree) : Object.entries(config.services);
  const kustomizations = await kustomizationsOf(tree);
  const charts = await chartsOf(tree);
  const infrastructure = config.infrastructure === false ? [] : await infrastructureOf(tree);
  if (wanted.length + kustomizations.length + charts.length + infrastructure.length === 0) {
    const what =
      "the source contains no Python service: no pyproject.toml, requirements.txt, setup.py or setup.cfg of one";
    const remedy =
      "Add one of these files, or name the services with their paths under `services` in slipway.yaml.";
    throw new SlipwayError("SOURCE_NOT_PYTHON", what, remedy);
  }
  const { coverage } = config.gates;
  const planned = await Promise.all(wanted.map((named) => planWhole(tree, named, wanted, coverage)));
  const isThere = (overlay: string) => kustomizations.some(({ folder }) => folder === overlay);
  const { overlays } = config.bump;
  const named = config.manifests === false ? [] : config.manifests.charts;
  const policies = await policiesIn(tree, config);
  return {
    services: planned.flatMap(({ service }) => (service === undefined ? [] : [service])),
    passedOver:
      config.services === undefined
        ? await passedOver(
            tree,
            wanted.map(([, service]) => service),
          )
        : [],
    overlays: overlays.filter(isThere),
    kustomizations,
    files: await planFileLinters(tree, config.files),
    charts,
    infrastructure,
    ownTools: await ownTools(
      tree,
      wanted.map(([, service]) => service.path),
    ),
    foreign: foreignProjects(tree),
    ...("value" in policies && policies.value !== undefined && { policies: policies.value }),
    faults: [
      ...planned.flatMap((one) => one.faults),
      ...overlays.filter((overlay) => !isThere(overlay)).map(overlayFault),
      ...("error" in policies ? [policies] : []),
      ...named.filter(({ path }) => !charts.some(({ folder }) => folder === path)).map(chartFault),
    ],
  };
}

type Named = readonly [name: string, service: Service];

async function discovered(tree: Tree): Promise<readonly Named[]> {
  const found = await discover(tree);
  return found.map(({ name, path }) => [name, serviceSchema.parse({ path })]);
}

/** Plans a service with its image, and collects the faults separately. */
async function planWhole(
  tree: Tree,
  [name, service]: Named,
  all: readonly Named[],
  coverage: number | undefined,
) {
  const folders = [...new Set(all.map(([, other]) => other.path))];
  const body = await attempt({ kind: "plan", service: name }, () =>
    planService(tree, name, service, folders, coverage),
  );
  const { path } = service;
  if ("error" in body) return { faults: [{ ...body, path }] };
  const image = await attempt({ kind: "image", service: name }, () => planImage(tree, name, service));
  const nested = all
    .map(([, other]) => other.path)
    .filter((other) => other !== path && isWithin(other, path));
  const planned = { ...body.value, nested: [...new Set(nested)].sort() };
  if ("error" in image) return { service: { ...planned, image: undefined }, faults: [{ ...image, path }] };
  return { service: { ...planned, image: image.value }, faults: [] };
}

function overlayFault(overlay: string): PlanFault {
  const what = `\`bump.overlays\`: no kustomization file in ${plain(overlay)}`;
  const error = new SlipwayError(
    "KUSTOMIZATION_NOT_FOUND",
    what,
    "Correct the path in slipway.yaml, or add the file.",
  );
  return { id: { kind: "bump", subject: overlay }, error };
}

function policiesIn(tree: Tree, { manifests }: Config) {
  return attempt({ kind: "manifests", subject: "conftest" }, async () =>
    manifests === false ? undefined : policiesOf(tree, manifests.policies),
  );
}

function chartFault({ path }: { readonly path: string }): PlanFault {
  const what = `\`manifests.charts\`: no Chart.yaml in ${plain(path)}`;
  const error = new SlipwayError(
    "PATH_NOT_FOUND",
    what,
    "Correct the path in slipway.yaml, or add the file.",
  );
  return { id: { kind: "manifests", subject: path }, error };
}

/** Runs one part of the plan. An error of Slipway becomes a fault; any other error is thrown again. */
async function attempt<Value>(
  id: CheckId,
  part: () => Promise<Value>,
): Promise<{ value: Value } | PlanFault> {
  try {
    return { value: await part() };
  } catch (error) {
    if (error instanceof SlipwayError) return { id, error };
    throw error;
  }
}
