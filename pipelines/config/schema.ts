import { z } from "zod";
import { joinInside } from "#pipelines/text/path.ts";
import { linterNames, typeCheckerNames } from "#pipelines/tools/registry.ts";
import { defaults } from "./defaults.ts";
import { environments } from "./environments.ts";
import { files } from "./files.ts";
import { gates } from "./gates.ts";
import { imageNamePattern, longestImage, longestName, pinnedImagePattern } from "./image-name.ts";
import { infrastructure } from "./infrastructure.ts";
import { argument, duration, flag, list, map, secretNames, section, text, variable } from "./leaf.ts";
import { licenses } from "./licenses.ts";
import { manifests } from "./manifests.ts";
import { climbingPath, innerPath, relativePath } from "./relative-path.ts";
import { release } from "./release.ts";
import { test } from "./test.ts";
import { waiver } from "./waiver.ts";

/** The versions of Python with which a service may be checked. */
export const pythonVersions = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"] as const;

const pythonNames = `one of ${pythonVersions.map((version) => `"${version}"`).join(", ")}`;
const pythonVersion = z.enum(pythonVersions, { error: pythonNames });
const pythonMatrix = list(pythonVersion, "a list of versions")
  .min(1, "at least one version")
  .refine((versions) => new Set(versions).size === versions.length, { error: "each version once" });

const pinnedImage = text("an image name with a tag or a digest", pinnedImagePattern, longestImage);
const imageName = text(
  "an image name in lower case without tag and digest, as in registry.example.com/shop/orders",
  imageNamePattern,
  longestName,
);

const serviceName = text(
  "a name of lower-case letters and digits, with single . _ or - between them",
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
  63,
);
const labelName = text(
  "a label's name of letters and digits, with . _ - and / between them",
  /^[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?$/,
  255,
);

/** The settings for a service's image. */
export const imageSchema = section({
  name: imageName
    .optional()
    .describe(
      "The image's name in its registry and in the overlays, without a tag; the bump and a release require it.",
    ),
  dockerfile: relativePath
    .prefault(defaults.dockerfile)
    .describe("The Dockerfile, relative to `context` if that is set, else to the service's path."),
  context: climbingPath
    .optional()
    .describe(
      "The build context, relative to the service's path; it may use .., but not leave the source. Default: the service's path, or, if files that the Dockerfile copies are missing there, the nearest folder above that has all.",
    ),
  target: text("a stage's name", /^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 255)
    .optional()
    .describe("The stage of the Dockerfile to build; default: the last one."),
  args: map(variable, argument, "a map of names to text")
    .prefault({})
    .describe("Build arguments. No secrets: they stay in the image's history."),
  platform: text("a platform, as in linux/amd64", /^linux\/[a-z0-9_]+(?:\/v[0-9]+)?$/, 40)
    .optional()
    .describe("The platform to build for, as in linux/amd64; default: the engine's own."),
  labels: map(labelName, argument, "a map of names to text")
    .prefault({})
    .describe("Labels for the image, added to those of the Dockerfile."),
  secrets: secretNames
    .prefault([])
    .describe(
      "The names of the call's secrets that the build may mount: RUN --mount=type=secret,id=NAME. No layer contains them.",
    ),
});

/** One entry of `services`. */
export const serviceSchema = section({
  path: relativePath.describe("The service's folder, relative to this file; `.` is this file's own folder."),
  python: z
    .union([pythonVersion, pythonMatrix], { error: `${pythonNames}, or a list of them, each once` })
    .optional()
    .describe(
      "One version of Python, or a list: tests and type checkers run with each, everything else with the first. Default: that of the base image in the Dockerfile, else of .tool-versions, mise.toml, runtime.txt or .python-version, else the lowest version that requires-python allows, else 3.13.",
    ),
  lint: z
    .union(
      [
        z.literal(false),
        z.literal("auto"),
        list(z.enum(linterNames, { error: `one of ${linterNames.join(", ")}` }), "a list of linters"),
      ],
      {
        error: `false, auto, or a list of ${linterNames.join(", ")}`,
      },
    )
    .prefault(defaults.lint)
    .describe(
      "The tools that check the code and its format; auto: those that the repository configures, with ruff if none is a linter; false: none.",
    ),
  types: z
    .union(
      [
        z.literal(false),
        z.literal("auto"),
        list(
          z.enum(typeCheckerNames, { error: `one of ${typeCheckerNames.join(", ")}` }),
          "a list of type checkers",
        ),
      ],
      {
        error: `false, auto, or a list of ${typeCheckerNames.join(", ")}`,
      },
    )
    .prefault(defaults.types)
    .describe("The tools that check types; auto: those that the repository configures; false: none."),
  test: z
    .union([z.literal(false), test], { error: "false, or a map" })
    .prefault({})
    .describe("How pytest runs; false: it does not run."),
  image: z
    .union([z.literal(false), imageSchema], { error: "false, or a map" })
    .optional()
    .describe(
      "How the image is built; false: it is not built. Default: it is built if the service has a Dockerfile.",
    ),
}).refine((value) => contextInside(value.path, value.image), {
  path: ["image", "context"],
  error: "a path that, joined to the service's, stays in the source",
  when: ({ value }) => typeof value === "object" && value !== null,
});

function contextInside(path: unknown, image: unknown): boolean {
  if (typeof path !== "string" || typeof image !== "object" || image === null) return true;
  if (!("context" in image) || typeof image.context !== "string") return true;
  return joinInside(path, image.context) !== undefined;
}

const scan = section({
  database: section({
    repositories: list(pinnedImage, "a list of images with a tag or a digest")
      .min(1, "at least one image")
      .prefault(defaults.databaseRepositories)
      .describe(
        "Where Trivy's vulnerability database is downloaded from; the repositories are tried in order.",
      ),
    refresh: duration("0s", "365d")
      .prefault(defaults.databaseRefresh)
      .describe("How old the database may be before it is downloaded again; 0s: every time."),
  })
    .prefault({})
    .describe("Trivy's vulnerability database."),
  skip: list(innerPath, "a list of paths")
    .prefault([])
    .describe("Files and folders that Trivy does not scan."),
  secrets: flag
    .prefault(defaults.secrets)
    .describe("Whether gitleaks searches the source for secrets; it reads the repository's .gitleaks.toml."),
  history: z
    .union([z.boolean(), z.literal("auto")], { error: "auto, true or false" })
    .prefault(defaults.history)
    .describe(
      "Which commits gitleaks searches for secrets that they added; this requires --git. With `auto`, those since the call's base; with `true`, also the whole history of HEAD if there is no base; with `false`, none.",
    ),
  rules: z
    .union([z.literal(false), list(innerPath, "a list of paths").min(1, "at least one path")], {
      error: "false, or a list of paths",
    })
    .optional()
    .describe(
      "Files and folders with rules for Semgrep; false: none. Default: .semgrep, .semgrep.yml and semgrep.yml, also as .yaml, if they exist.",
    ),
});

const bump = section({
  overlays: list(relativePath, "a list of paths")
    .prefault([])
    .describe(
      "The kustomize overlays in which Slipway sets the built images; without overlays, it sets none.",
    ),
});

const tools = section({
  python: imageName.optional().describe("Repository of the Python images, without a tag."),
  uv: pinnedImage.optional().describe("Image that uv is taken from."),
  ruff: pinnedImage
    .optional()
    .describe("Image that ruff is taken from, unless the repository pins a version of ruff."),
  git: pinnedImage.optional().describe("Image with git, for comparisons with a base."),
  trivy: pinnedImage.optional().describe("Image that Trivy is taken from."),
  syft: pinnedImage.optional().describe("Image that Syft is taken from."),
  kustomize: pinnedImage.optional().describe("Image that kustomize is taken from."),
  crane: pinnedImage.optional().describe("Image that crane is taken from."),
  regctl: pinnedImage.optional().describe("Image that regctl is taken from."),
  cosign: pinnedImage.optional().describe("Image that cosign is taken from."),
  curl: pinnedImage
    .optional()
    .describe("Image with curl, to open pull requests; in a release, crane also runs in it."),
  helm: pinnedImage.optional().describe("Image that Helm is taken from."),
  tofu: pinnedImage.optional().describe("Image that OpenTofu is taken from."),
  tflint: pinnedImage.optional().describe("Image that tflint is taken from."),
  conftest: pinnedImage.optional().describe("Image that conftest is taken from."),
  kubeconform: pinnedImage.optional().describe("Image that kubeconform is taken from."),
  gitleaks: pinnedImage.optional().describe("Image that gitleaks is taken from."),
  argocd: pinnedImage.optional().describe("Image that Argo CD's program is taken from."),
  actionlint: pinnedImage.optional().describe("Image that actionlint is taken from."),
  debian: pinnedImage
    .optional()
    .describe(
      "Image with tar, gzip and diff, to unpack databases and to compare the format of OpenTofu files.",
    ),
  base: pinnedImage.optional().describe("Image that tools without a runtime of their own run in."),
});

const file = section({
  version: z.literal(1, { error: "1" }).prefault(defaults.version).describe("The version of this format."),
  root: innerPath
    .optional()
    .describe(
      "The folder with the repository to check and its own slipway.yaml. Beside it, only the key `version` is allowed.",
    ),
  reuse: duration("30m", "365d")
    .prefault(defaults.reuse)
    .describe(
      "The greatest age, from 30m on, of test results that are reused for an unchanged source. For 30m after a call passed, the engine answers the same call itself.",
    ),
  services: map(serviceName, serviceSchema, "a map of names to services")
    .optional()
    .describe("The services by name; default: those that are found in the source."),
  gates: gates.prefault({}).describe("The conditions for a passed verdict."),
  waivers: list(waiver, "a list of waivers")
    .prefault([])
    .describe(
      "Findings that are accepted until a date. After that date, a waiver no longer applies; the reports list unused waivers.",
    ),
  scan: scan.prefault({}).describe("How the source and the images are scanned."),
  licenses: licenses.optional().describe("Which licenses the packages of the images may have; default: any."),
  licences: licenses.optional().meta({ deprecated: true }).describe("Another spelling of `licenses`."),
  manifests: z
    .union([z.literal(false), manifests], { error: "false, or a map" })
    .prefault({})
    .describe("How the manifests that kustomize and Helm render are checked; false: they are not."),
  files: z
    .union([z.literal(false), files], { error: "false, or a map" })
    .prefault({})
    .describe("How scripts, Dockerfiles, workflows and YAML files are checked; false: they are not."),
  infrastructure: z
    .union([z.literal(false), infrastructure], { error: "false, or a map" })
    .prefault({})
    .describe("How OpenTofu and Terraform configurations are checked; false: they are not."),
  bump: bump.prefault({}).describe("Where new images are written."),
  release: release
    .optional()
    .describe(
      "How images are released: tags, registries, signatures, and the GitOps repository that names them.",
    ),
  environments: environments
    .optional()
    .describe(
      "In a GitOps repository: the stages that images go through, and where each has its images. `environments`, `await` and `promote` read them from the branch that Argo CD follows.",
    ),
  record: flag
    .prefault(true)
    .describe(
      "In a GitOps repository: whether promotions, rollbacks and arrivals are put on record, in its branch slipway/record.",
    ),
  tools: tools
    .prefault({})
    .describe("Images that replace the pinned ones, for instance from a company mirror."),
});

/**
 * The schema of slipway.yaml. It turns the file into the settings of the pipelines: defaults filled in, durations
 * in seconds, paths in their shortest form.
 */
export const schema = file
  .refine(({ licenses: one, licences: other }) => one === undefined || other === undefined, {
    path: ["licences"],
    error: "one spelling of it, licenses",
  })
  .refine(
    ({ record, environments: all = {} }) =>
      record || Object.values(all).every(({ soak, confirm }) => soak === undefined && confirm === undefined),
    {
      path: ["record"],
      error: "true, because a `soak` and a `confirm` are read from the record",
    },
  )
  .transform(({ licences, ...rest }) => ({
    ...rest,
    licenses: rest.licenses ?? licences ?? licenses.parse({}),
  }));
