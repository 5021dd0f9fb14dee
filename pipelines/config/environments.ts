import { z } from "zod";
import { severities } from "#pipelines/findings/finding.ts";
import { confirm } from "./confirm.ts";
import { defaults } from "./defaults.ts";
import { freeze } from "./freeze.ts";
import { duration, flag, list, map, section, text, variable } from "./leaf.ts";
import { relativePath } from "./relative-path.ts";
import { attestations, place, repository, url, values } from "./release.ts";

/** The name of an environment. */
export const environmentName = text(
  "a name of lower-case letters and digits, with single - between them",
  /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
  63,
);

const application = text(
  "the name of an Application, as NAME or NAMESPACE/NAME",
  /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/,
  253,
);

const line = text("text of one line", /^[^\p{C}]+$/u, 1000);

const argocd = section({
  server: text(
    "a server, as HOST or HOST:PORT",
    /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?$/,
    300,
  ).describe("The server of Argo CD, without https://."),
  applications: list(application, "a list of names")
    .min(1, "at least one Application")
    .refine((names) => new Set(names).size === names.length, { error: "each Application once" })
    .describe("The Applications that bring the environment's places to its clusters."),
  token: variable
    .prefault(defaults.argocdToken)
    .describe("The name of the call's secret with Argo CD's token."),
  repository: repository
    .optional()
    .describe("The GitOps repository's URL as Argo CD names it; default: the URL of the call."),
  plaintext: flag.prefault(false).describe("Whether the server speaks http."),
});

const evidence = section({
  keys: list(relativePath, "a list of paths")
    .prefault([])
    .describe("Public keys in PEM, relative to the GitOps repository; a signature by one is enough."),
  identities: list(line, "a list of identities")
    .prefault([])
    .describe("Identities of keyless signatures, in full or as /PATTERN/; requires `issuer`."),
  issuer: url.optional().describe("The issuer of the tokens of these identities."),
  workflowRepository: text("OWNER/NAME", /^[\w.-]+\/[\w.-]+$/, 300)
    .optional()
    .describe("The repository whose GitHub workflow each identity must be."),
  attestations: list(
    z.enum(attestations, { error: `one of ${attestations.join(", ")}` }),
    "a list of attestations",
  )
    .prefault([...attestations])
    .describe("The required attestations."),
  maxScanAge: duration("1m", "365d")
    .prefault(defaults.maxScanAge)
    .describe("The greatest age of the newest attested scan; a rollback does not ask for it."),
  severities: list(z.enum(severities, { error: `one of ${severities.join(", ")}` }), "a list of severities")
    .prefault(defaults.severity)
    .describe("The severities of which the scan may have no vulnerability."),
  ignoreUnfixed: flag.prefault(false).describe("Whether vulnerabilities without a fix pass."),
  except: list(line, "a list of ids").prefault([]).describe("Ids of vulnerabilities that pass."),
  log: flag
    .prefault(false)
    .describe(
      "Whether key signatures need an entry in a transparency log, as those of identities always do.",
    ),
}).refine(({ keys, identities }) => keys.length + identities.length > 0, {
  error: "keys or identities: at least one signer",
});

const environment = section({
  after: environmentName
    .optional()
    .describe(
      "The environment from which images are promoted to this one; default: none, a release sets them.",
    ),
  overlays: list(place, "a list of paths, or of maps")
    .prefault([])
    .describe("The kustomize overlays that hold the environment's images."),
  helm: list(values, "a list of maps").prefault([]).describe("Images in Helm values files."),
  manifests: list(place, "a list of paths, or of maps")
    .prefault([])
    .describe("Manifests that hold the environment's images."),
  soak: duration("1s", "365d")
    .optional()
    .describe(
      "How long the environment before must have run an image, by the record, without a failure; default: it only must run it.",
    ),
  freeze: list(freeze, "a list of maps")
    .prefault([])
    .describe("Times in which nothing is promoted to this environment; `rollback` stays possible."),
  confirm: confirm
    .optional()
    .describe("The metrics that confirm a promotion to this environment; default: none."),
  evidence: evidence
    .optional()
    .describe("The evidence that images need before they are promoted to this environment; default: none."),
  rollback: section({
    onFailed: flag
      .prefault(false)
      .describe("Whether a promotion that Argo CD says has failed is rolled back by the same call."),
  })
    .prefault({})
    .describe("When promotions to this environment are rolled back by themselves."),
  argocd: argocd.optional().describe("How Argo CD brings them to a cluster; required by `await`."),
}).refine(({ overlays, helm, manifests }) => overlays.length + helm.length + manifests.length > 0, {
  error: "overlays, helm or manifests: at least one place where images are set",
});

/** `environments` in the slipway.yaml of a GitOps repository. */
export const environments = map(environmentName, environment, "a map of names to environments").superRefine(
  (all, context) => {
    for (const [name, { after, soak }] of Object.entries(all)) {
      if (soak !== undefined && after === undefined)
        context.addIssue({ code: "custom", path: [name, "soak"], message: "`after` beside it" });
      if (after !== undefined && all[after] === undefined) {
        const known = Object.keys(all).filter((other) => other !== name);
        context.addIssue({
          code: "custom",
          path: [name, "after"],
          message:
            known.length === 0 ? "no `after`: there is no other environment" : `one of ${known.join(", ")}`,
        });
      }
      const circle = circleFrom(name, all);
      if (circle !== undefined)
        context.addIssue({
          code: "custom",
          path: [name, "after"],
          message: `no circle: ${circle.join(" after ")}`,
        });
    }
    for (const { place: path, first, again } of sharedPlaces(all))
      context.addIssue({
        code: "custom",
        path: [again],
        message: `places of its own: ${first} has ${path} too`,
      });
  },
);

interface Named {
  readonly after?: string | undefined;
  readonly soak?: number | undefined;
  readonly overlays: readonly { readonly path: string }[];
  readonly manifests: readonly { readonly path: string }[];
  readonly helm: readonly { readonly file: string; readonly path: string }[];
  readonly argocd?: { readonly server: string; readonly applications: readonly string[] } | undefined;
}

/** The way from an environment back to itself; undefined if there is none. */
function circleFrom(name: string, all: Readonly<Record<string, Named>>): readonly string[] | undefined {
  const way = [name];
  for (
    let at = all[name]?.after;
    at !== undefined && way.length <= Object.keys(all).length;
    at = all[at]?.after
  ) {
    way.push(at);
    if (at === name) return way;
  }
  return undefined;
}

/** Places and Applications that two environments have. */
function* sharedPlaces(all: Readonly<Record<string, Named>>) {
  const owners = new Map<string, string>();
  for (const [name, { overlays, manifests, helm, argocd: by }] of Object.entries(all)) {
    const places = [
      ...overlays.map(({ path }) => path),
      ...manifests.map(({ path }) => path),
      ...helm.map(({ file, path }) => `${path} in ${file}`),
      ...(by?.applications.map((each) => `the Application ${each} of ${by.server}`) ?? []),
    ];
    for (const path of new Set(places)) {
      const first = owners.get(path);
      if (first !== undefined) yield { place: path, first, again: name };
      owners.set(path, first ?? name);
    }
  }
}
