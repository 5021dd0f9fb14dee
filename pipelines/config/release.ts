import { z } from "zod";

import { defaults } from "./defaults.ts";
import { imageNamePattern, longestName } from "./image-name.ts";
import { duration, flag, list, section, text } from "./leaf.ts";
import { relativePath } from "./relative-path.ts";

/** The attestations of an image. */
export const attestations = ["sbom", "vulnerabilities", "tests", "provenance"] as const;

/** The forges where pull requests are opened. */
export const forges = ["github", "gitlab", "gitea"] as const;

const platform = text("a platform, as in linux/arm64", /^linux\/[a-z0-9_]+(?:\/v[0-9]+)?$/, 40);
/** An address without a password in it. */
export const url = text("a URL that begins with https:// or http://", /^https?:\/\/[^\s\p{C}@]+$/u, 2048);
/** The URL of a git repository, without a password in it. */
export const repository = text(
  "the URL of a git repository without a password: https://…, ssh://… or git@HOST:PATH; serve a local folder by http and pass its server as --git-service",
  /^(?:(?:https?|ssh):\/\/(?![^/]*:[^/]*@)[^\s\p{C}]+|[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^\s\p{C}]+)$/u,
  2048,
);
const branch = text(
  "a valid name of a branch",
  /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)|[/.]$))[^\s\p{C}~^:?*[\\]+$/u,
  200,
);
const yamlPath = text(
  "keys joined by dots, as in orders.image.digest or jobs[0].image",
  /^[\w-]+(?:\[\d{1,6}\])*(?:\.[\w-]+(?:\[\d{1,6}\])*)*$/,
  500,
);

const keyless = section({
  fulcio: url.optional().describe("The URL of the certificate authority; default: Sigstore's public one."),
  rekor: url.optional().describe("The URL of the transparency log; default: Sigstore's public one."),
});

const signing = section({
  kms: text(
    "a key's URI, as in awskms:///alias/release",
    /^(?:awskms|gcpkms|azurekms|hashivault):\/\/[^\s\p{C}]+$/u,
    1000,
  )
    .optional()
    .describe("The URI of a key in a key management service; default: the key that the call passes."),
  keyless: keyless.optional().describe("Signs with the identity of an OpenID Connect token, without a key."),
  log: flag
    .optional()
    .describe(
      "Whether the signature is recorded in a transparency log; default: true for keyless, else false.",
    ),
}).refine(({ kms, keyless }) => kms === undefined || keyless === undefined, {
  error: "kms or keyless, not both",
});

const image = text("an image name from services.NAME.image.name", imageNamePattern, longestName);

/** A path alone applies to all images. */
export const place = z
  .union(
    [
      relativePath,
      section({
        path: relativePath.describe("The path, relative to the repository."),
        images: list(image, "a list of image names")
          .min(1, "at least one image")
          .optional()
          .describe("Which images are set there; default: all images of the release."),
      }),
    ],
    { error: "a path, or a map of path, images" },
  )
  .transform((given) => (typeof given === "string" ? { path: given } : given));

/** A place in a file of Helm values. */
export const values = section({
  file: relativePath.describe("The values file, relative to the repository."),
  path: yamlPath.describe("The keys that lead to the image in that file, as in orders.image."),
  image: image.optional().describe("Which image is set there; required only if a release has several."),
});

const pullRequest = section({
  forge: z
    .enum(forges, { error: `one of ${forges.join(", ")}` })
    .describe("The forge whose API opens the pull request."),
  api: url
    .optional()
    .describe("The API's address; default: that of github.com or gitlab.com. For gitea, it is required."),
  repository: text("OWNER/NAME", /^[\w.-]+(?:\/[\w.-]+)+$/, 300)
    .optional()
    .describe("The repository's name at the forge; default: the path in its URL."),
  branch: text("a branch's name, in which {{short}} stands for the commit's short id", /^\S+$/, 200)
    .prefault(defaults.requestBranch)
    .describe("The branch that is pushed."),
});

const gitops = section({
  repository: repository.describe("The repository that the cluster follows."),
  branch: branch
    .prefault(defaults.gitopsBranch)
    .describe("The branch that is pushed to, or that the pull request targets."),
  overlays: list(place, "a list of paths, or of maps")
    .prefault([])
    .describe("Kustomize overlays whose images are set."),
  helm: list(values, "a list of maps").prefault([]).describe("Images to set in Helm values files."),
  manifests: list(place, "a list of paths, or of maps")
    .prefault([])
    .describe("Manifests whose images are set; each image is found by its name."),
  message: text("a text for a commit's subject", /^[^\p{C}]+$/u, 500)
    .optional()
    .describe(
      "The commit's subject. Placeholders: {{images}}, {{names}} (only the last part of each name), {{count}}, {{source}} (the released commit's id) and {{short}} (its short id).",
    ),
  author: text(
    "a name and an address, as in Release <release@example.com>",
    /^[^<>\p{C}]+ <[^<>\s\p{C}]+>$/u,
    300,
  )
    .prefault(defaults.gitopsAuthor)
    .describe("The commit's author."),
  pullRequest: pullRequest.optional().describe("Opens a pull request in place of a push to the branch."),
}).refine(({ overlays, helm, manifests }) => overlays.length + helm.length + manifests.length > 0, {
  error: "overlays, helm or manifests: at least one place where images are set",
});

/** The settings for a release. */
export const release = section({
  platforms: list(platform, "a list of platforms")
    .min(1, "at least one platform")
    .refine((platforms) => new Set(platforms).size === platforms.length, { error: "each platform once" })
    .optional()
    .describe("The platforms that each image is built for; default: the engine's own."),
  tags: list(
    text("a rule in the syntax of docker/metadata-action, as in type=sha,format=long", /^[^\p{C}]+$/u, 500),
    "a list of rules",
  )
    .min(1, "at least one rule")
    .prefault(defaults.tags)
    .describe("The rules for tags, in the syntax of docker/metadata-action."),
  replicas: list(
    text("a registry and a path in it, as in replica.example.com/shop", imageNamePattern, longestName),
    "a list of registries",
  )
    .prefault([])
    .describe(
      "Where the images are copied to, each as REGISTRY/PATH; Slipway appends the last part of the image's name.",
    ),
  sign: z
    .union([z.literal(false), signing], { error: "false, or a map" })
    .prefault({})
    .describe("How images are signed; false: they are not."),
  attest: list(z.enum(attestations, { error: `one of ${attestations.join(", ")}` }), "a list of attestations")
    .prefault([...attestations])
    .describe("The attestations that an image gets besides its signature."),
  deadline: duration("10s", "1h")
    .prefault(defaults.deadline)
    .describe(
      "How long Slipway retries a step that may succeed later, for example when a registry is down or another push came first.",
    ),
  gitops: gitops.optional().describe("Where the new digests are written; default: nowhere."),
});
