import { posix } from "node:path";
import { dockerfileOf, type PlannedService, unplannedServices } from "#pipelines/plan/plan.ts";
import { isWithin } from "#pipelines/text/path.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { type DockerfileFacts, dockerfileFacts } from "./dockerfile.ts";
import { imagesIn, namespaceIn, type SetImage } from "./kustomizations.ts";
import { ownTests } from "./own-tests.ts";

/** A service, and the facts from which slipway.yaml and manifests are written. */
export interface FoundService {
  readonly name: string;
  readonly path: string;
  /** Absent if it could not be planned: its own check then reports why. */
  readonly planned?: PlannedService;
  readonly hasTests: boolean;
  /** Absent if it has no Dockerfile. */
  readonly container?: DockerfileFacts;
  /** The name of its image: from the manifests, or below the registry that the call names. */
  readonly image?: string;
}

/** The facts with which a repository adopts Slipway. */
export interface FoundServices {
  readonly services: readonly FoundService[];
  readonly kustomizations: readonly {
    readonly folder: string;
    /** The namespace that it sets, if any. */
    readonly namespace?: string;
  }[];
  readonly hasCharts: boolean;
  /** Overlays that are named staging and contain an image of these services. */
  readonly staging: readonly string[];
}

type Looked = Pick<LoadedSource, "plan" | "facts" | "config">;

/**
 * Collects from the survey the facts from which slipway.yaml and manifests are written.
 *
 * @param registry where images are pushed, as in registry.example.com/shop.
 */
export async function findServices(surveyed: Looked, registry?: string): Promise<FoundServices> {
  const { plan, facts, config } = surveyed;
  const files = await facts.all();
  const named = await Promise.all(
    plan.kustomizations.map(async ({ folder, file }) => {
      const text = await facts.read(file);
      return { folder, images: imagesIn(text), namespace: namespaceIn(text) };
    }),
  );
  const called = named.flatMap(({ images }) => images);
  const found = foundIn(surveyed);
  const services = await Promise.all(
    found.map(async ({ name, path }): Promise<FoundService> => {
      const planned = plan.services.find((service) => service.name === name);
      const dockerfile = dockerfileBy(planned, config.services?.[name]?.path ?? path);
      const container =
        dockerfile !== undefined && (await facts.hasFile(dockerfile))
          ? dockerfileFacts(await facts.read(dockerfile), planned?.image ? planned.image.target : undefined)
          : undefined;
      const given = planned?.image ? planned.image.name : undefined;
      const image = given ?? imageOf(name, called, registry);
      return {
        name,
        path,
        planned,
        hasTests: ownTests(files, { path, nested: below(path, found) }).length > 0,
        container,
        ...(container !== undefined && image !== undefined && { image }),
      };
    }),
  );
  const ours = new Set(services.flatMap(({ image }) => image ?? []));
  const staging = named
    .filter(
      ({ folder, images }) =>
        /^(?:staging|stage)$/.test(posix.basename(folder)) && images.some(({ pulled }) => ours.has(pulled)),
    )
    .map(({ folder }) => folder);
  return { services, kustomizations: named, hasCharts: plan.charts.length > 0, staging };
}

function foundIn({ plan }: Looked): readonly { readonly name: string; readonly path: string }[] {
  const unplanned = unplannedServices(plan.faults).flatMap(({ id: { service: name }, path }) =>
    name === undefined || path === undefined ? [] : [{ name, path }],
  );
  const all = [...plan.services.map(({ name, path }) => ({ name, path })), ...unplanned];
  return all.sort((one, other) => (one.path < other.path ? -1 : 1));
}

function below(path: string, services: readonly { readonly path: string }[]): readonly string[] {
  return services.map((service) => service.path).filter((other) => other !== path && isWithin(other, path));
}

function dockerfileBy(planned: PlannedService | undefined, path: string): string | undefined {
  if (planned === undefined || !planned.image) return undefined;
  return dockerfileOf({ path }, planned.image);
}

/**
 * Where the only image with that last name in the manifests is pulled from, else one below the registry. A name in the
 * manifests counts too: many bases name an image `orders`, and an overlay says where it is.
 */
function imageOf(
  name: string,
  called: readonly SetImage[],
  registry: string | undefined,
): string | undefined {
  const isNamed = (image: string) => posix.basename(image) === name;
  const same = called.filter((image) => isNamed(image.name) || isNamed(image.pulled));
  const pulled = new Set(same.map((image) => image.pulled));
  if (pulled.size === 1) return [...pulled][0];
  return registry === undefined ? undefined : `${registry}/${name}`;
}
