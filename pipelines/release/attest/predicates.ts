import { dag, type File } from "@dagger.io/dagger";
import { sbomFiles } from "#pipelines/checks/image/sbom-files.ts";
import { regularText } from "#pipelines/dagger/regular-text.ts";
import { sourceDigest } from "#pipelines/dagger/source-digest.ts";
import { withText } from "#pipelines/dagger/text-file.ts";
import { SlipwayError } from "#pipelines/errors/errors.ts";
import { dockerfileOf } from "#pipelines/plan/plan.ts";
import type { CommitFacts } from "#pipelines/release/commit/facts.ts";
import type { BuiltImage, PlatformImage } from "#pipelines/release/publish/build-images.ts";
import type { ReadyImage } from "#pipelines/release/publish/ready-image.ts";
import type { ReleasedImage } from "#pipelines/release/record.ts";
import { sha256Of } from "#pipelines/text/digest.ts";
import { plainJson } from "#pipelines/text/json.ts";
import type { Verdict } from "#pipelines/verdict/verdict.ts";
import { version as slipway } from "#pipelines/version.ts";
import { configFile } from "#pipelines/workspace/load.ts";
import type { Workspace } from "#pipelines/workspace/workspace.ts";
import { baseImages, baseNames, imageOf } from "./base-images.ts";
import { provenancePredicate, provenanceType } from "./provenance.ts";
import { stableCycloneDx, stableSpdx } from "./stable-sbom.ts";
import { testResultPredicate, testResultType } from "./test-result.ts";
import { sbomTypes } from "./types.ts";
import { vulnerabilityPredicate, vulnerabilityType } from "./vulnerability-report.ts";

/** One attestation of an image, or of one platform of it. */
export interface Predicate {
  readonly type: ReleasedImage["attestations"][number]["type"];
  /** The predicate's type, as the attestation names it. */
  readonly uri: string;
  /** The digest of its subject: the whole image, or the manifest of one platform. */
  readonly digest: string;
  readonly predicate: File;
}

/** Images with what is attested to them. */
export type Attested = ReadonlyMap<ReadyImage, readonly Predicate[]>;

/** The facts for attestations besides the image. */
export interface PredicateContext {
  readonly workspace: Workspace;
  readonly facts: CommitFacts;
  /** The runner of the release, as a URI: a workflow, or a person's machine. */
  readonly builder: string;
}

/**
 * Writes the predicates of an image, except its provenance. The facts of one platform are attested for its manifest
 * and for the index, so that one query of the whole image finds them all.
 */
export async function predicatesOf(
  image: BuiltImage,
  types: readonly Predicate["type"][],
  verdict: Verdict,
  checked: PredicateContext,
): Promise<readonly Predicate[]> {
  const wanted = new Set(types);
  const made: Predicate[] = [];
  for (const platform of image.platforms) {
    const about = [...new Set([platform.digest, image.digest])];
    const each = [
      ...(wanted.has("sbom") ? await sboms(platform, checked.facts.commitTime) : []),
      ...(wanted.has("vulnerabilities") ? [await vulnerabilities(platform, checked)] : []),
    ];
    made.push(...about.flatMap((digest) => each.map((one) => ({ ...one, digest }))));
  }
  if (wanted.has("tests")) {
    const config = await configDigest(checked.workspace);
    const predicate = testResultPredicate(
      verdict,
      config === undefined ? [] : [{ name: configFile, digest: config }],
    );
    made.push({ type: "tests", uri: testResultType, digest: image.digest, predicate: await file(predicate) });
  }
  return made;
}

/** Adds the provenance of each image, which is written from the commit and not from what its build says. */
export async function withProvenance(attested: Attested, context: PredicateContext): Promise<Attested> {
  const config = await configDigest(context.workspace);
  const all = new Map<ReadyImage, readonly Predicate[]>();
  for (const [image, own] of attested) {
    const predicate = await file(await provenance(image, context, config));
    all.set(image, [...own, { type: "provenance", uri: provenanceType, digest: image.digest, predicate }]);
  }
  return all;
}

type Undirected = Omit<Predicate, "digest">;

async function sboms({ sbom, digest }: PlatformImage, time: string): Promise<readonly Undirected[]> {
  const stable = { SPDX: stableSpdx, CycloneDX: stableCycloneDx } as const;
  return Promise.all(
    (["SPDX", "CycloneDX"] as const).map(async (format) => ({
      type: "sbom" as const,
      uri: sbomTypes[format],
      predicate: await predicateFile(
        stable[format](await sbom.reports.file(sbomFiles[format]).contents(), digest, time),
      ),
    })),
  );
}

async function vulnerabilities(
  { scan }: PlatformImage,
  { workspace }: PredicateContext,
): Promise<Undirected> {
  const { date } = await workspace.vulnerabilityDatabase();
  const report = await scan.reports.file("trivy.json").contents();
  const version = await workspace.tools.trivy.version();
  const predicate = vulnerabilityPredicate({ report, version, database: new Date(date) });
  return { type: "vulnerabilities", uri: vulnerabilityType, predicate: await file(predicate) };
}

async function provenance(
  image: ReadyImage,
  { workspace, facts, builder: by }: PredicateContext,
  config: string | undefined,
): Promise<object> {
  const { source, plan } = workspace;
  const service = plan.services.find(({ name }) => name === image.service);
  const settings = service?.image;
  if (service === undefined || !settings) {
    throw new SlipwayError(
      "SERVICE_NOT_FOUND",
      `${image.service} has no image`,
      "Run the release again. If it fails again, report it as a bug.",
    );
  }
  const dockerfile = dockerfileOf(service, settings);
  const { names, unresolved } = baseNames(await source.file(dockerfile).contents(), settings.args);
  const { trivy, syft, image: builder } = workspace.tools;
  const [bases, tools, tree, engine] = await Promise.all([
    baseImages(names),
    Promise.all([trivy, syft, builder].map((tool) => tool.reference())),
    sourceDigest(source, workspace.pythonImage(service.python)),
    dag.version(),
  ]);
  const ref =
    facts.tags[0] === undefined ? facts.branch && `refs/heads/${facts.branch}` : `refs/tags/${facts.tags[0]}`;
  return provenancePredicate({
    repository: facts.source ?? "urn:slipway:unknown",
    commit: facts.commit,
    ...(ref === undefined || ref === "" ? {} : { ref }),
    sourceDigest: `sha256:${tree}`,
    ...(config === undefined ? {} : { configDigest: config }),
    service: image.service,
    dockerfile,
    ...(settings.target === undefined ? {} : { target: settings.target }),
    arguments: settings.args,
    platforms: image.platforms.map(({ platform }) => platform).filter((platform) => platform !== ""),
    images: [
      ...bases.map((base) => ({ ...base, role: "base image" as const })),
      ...tools.map((tool) => ({ ...imageOf(tool), role: "tool" as const })),
    ],
    unresolvedBases: unresolved,
    builder: by,
    versions: { slipway, engine },
  });
}

/** The SHA-256 digest of the configuration file that applies; undefined if there is no file. */
async function configDigest({ source, root, request }: Workspace): Promise<string | undefined> {
  const path = root === "." ? (request.config ?? configFile) : configFile;
  // Reading as text keeps every byte, because slipway.yaml is UTF-8, or it was rejected before.
  const text = await regularText(source, path);
  return text === undefined ? undefined : sha256Of(text);
}

function file(predicate: object): Promise<File> {
  return predicateFile(plainJson(predicate));
}

async function predicateFile(text: string): Promise<File> {
  return (await withText(dag.directory(), "predicate.json", text)).file("predicate.json");
}
