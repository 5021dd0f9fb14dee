import { z } from "zod";

import { defaults } from "./defaults.ts";
import { imageNamePattern, longestName } from "./image-name.ts";
import { duration, flag, list, section, text } from "./leaf.ts";
import { relativePath } from "./relative-path.ts";

/** What travels with an image as attestations. */
export const attestations = ["sbom", "vulnerabilities", "tests", "provenance"] as const;

/** Where pull requests are opened. */
export const forges = ["github", "gitlab", "gitea"] as const;

const platform = text("a platform, as in linux/arm64", /^linux\/[a-z0-9_]+(?:\/v[0-9]+)?$/, 40);
const url = text("a URL that begins with https:// or http://", /^https?:\/\/[^\s\p{C}@]+$/u, 2048);
/** The URL of a git repository, without a password in it. */
export const repository = text(
  "the URL of a git repository without a password in it: https://…, ssh://… or git@HOST:PATH; a folder has to be served, and its server handed over as --git-service",
  /^(?:(?:https?|ssh):\/\/(?![^/]*:[^/]*@)[^\s\p{C}]+|[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:[^\s\p{C}]+)$/u,
  2048,
);
const branch = text(
  "the name of a branch as git takes it",
  /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\/\.|\.lock(?:\/|$)|[/.]$))[^\s\p{C}~^:?*[\\]+$/u,
  200,
);
const yamlPath = text(
  "keys with a dot between them, as in orders.image.digest",
  /^[\w-]+(?:\.[\w-]+)*$/,
  500,
);

const keyless = section({
  fulcio: url.optional().describe("Where certificates are had from; Sigstore's public one by default."),
  rekor: url.optional().describe("The transparency log; Sigstore's public one by default."),
});

const signing = section({
  kms: text(
    "a key's URI, as in awskms:///alias/release",
    /^(?:awskms|gcpkms|azurekms|hashivault):\/\/[^\s\p{C}]+$/u,
    1000,
  )
    .optional()
    .describe("The key in a key management service; by default the key that the call hands over."),
  keyless: keyless
    .optional()
    .describe("Sign by the identity that a token of OpenID Connect tells, without a key."),
  log: flag
    .optional()
    .describe("Whether a transparency log takes the signature: true when keyless, else false by default."),
}).refine(({ kms, keyless }) => kms === undefined || keyless === undefined, {
  error: "kms or keyless, not both",
});

const image = text(
  "an image's name as it stands under services.NAME.image.name",
  imageNamePattern,
  longestName,
);

/** A path alone is for all images. */
const place = z
  .union(
    [
      relativePath,
      section({
        path: relativePath.describe("Relative to the repository."),
        images: list(image, "a list of images' names")
          .min(1, "at least one image")
          .optional()
          .describe("Which images are set there; all of the release by default."),
      }),
    ],
    { error: "a path, or a map of path, images" },
  )
  .transform((given) => (typeof given === "string" ? { path: given } : given));

const values = section({
  file: relativePath.describe("The values file, relative to the repository."),
  path: yamlPath.describe("Where the image stands in it, as in orders.image."),
  image: image.optional().describe("Which image stands there; needed only where a release has several."),
});

const pullRequest = section({
  forge: z.enum(forges, { error: `one of ${forges.join(", ")}` }).describe("Whose API it is."),
  api: url.optional().describe("The API's address; that of github.com or gitlab.com by default."),
  repository: text("OWNER/NAME", /^[\w.-]+(?:\/[\w.-]+)+$/, 300)
    .optional()
    .describe("The repository's name at the forge; by default the path in its URL."),
  branch: text("a branch's name, in which {{short}} stands for the commit's short id", /^\S+$/, 200)
    .prefault(defaults.requestBranch)
    .describe("The branch that is pushed."),
});

const gitops = section({
  repository: repository.describe("The repository that the cluster is made to follow."),
  branch: branch.prefault(defaults.gitopsBranch).describe("The branch that is pushed to, or merged into."),
  overlays: list(place, "a list of paths, or of maps")
    .prefault([])
    .describe("Kustomize overlays whose images are set."),
  helm: list(values, "a list of maps").prefault([]).describe("Places in values files of Helm that are set."),
  manifests: list(place, "a list of paths, or of maps")
    .prefault([])
    .describe("Manifests whose images are set, by their names."),
  message: text("a text for a commit's subject", /^[^\p{C}]+$/u, 500)
    .optional()
    .describe(
      "The commit's subject; {{images}}, {{names}}, {{count}}, {{source}} and {{short}} stand for the images, their last names, how many there are, and the commit's id, whole and short.",
    ),
  author: text(
    "a name and an address, as in Release <release@example.com>",
    /^[^<>\p{C}]+ <[^<>\s\p{C}]+>$/u,
    300,
  )
    .prefault(defaults.gitopsAuthor)
    .describe("Who the commit is by."),
  pullRequest: pullRequest.optional().describe("Open a pull request in place of a push to the branch."),
}).refine(({ overlays, helm, manifests }) => overlays.length + helm.length + manifests.length > 0, {
  error: "overlays, helm or manifests: at least one place where images are set",
});

/** How a release is made. */
export const release = section({
  platforms: list(platform, "a list of platforms")
    .min(1, "at least one platform")
    .refine((platforms) => new Set(platforms).size === platforms.length, { error: "each platform once" })
    .optional()
    .describe("The platforms that each image is built for; the engine's own by default."),
  tags: list(
    text("a rule in the words of docker/metadata-action, as in type=sha,format=long", /^[^\p{C}]+$/u, 500),
    "a list of rules",
  )
    .min(1, "at least one rule")
    .prefault(defaults.tags)
    .describe("The rules that tags are made by, in the words of docker/metadata-action."),
  replicas: list(
    text("a registry and a path in it, as in replica.example.com/shop", imageNamePattern, longestName),
    "a list of registries",
  )
    .prefault([])
    .describe(
      "Registries that the images are copied to, each with the path that the image's last name is put below.",
    ),
  sign: z
    .union([z.literal(false), signing], { error: "false, or a map" })
    .prefault({})
    .describe("How images are signed; false: not at all."),
  attest: list(z.enum(attestations, { error: `one of ${attestations.join(", ")}` }), "a list of attestations")
    .prefault([...attestations])
    .describe("What is attested of an image beside its signature."),
  deadline: duration("10s", "1h")
    .prefault(defaults.deadline)
    .describe("How long what can be tried again is tried: a registry that is down, a push that lost a race."),
  gitops: gitops.optional().describe("Where the new digests are written; nowhere by default."),
});
