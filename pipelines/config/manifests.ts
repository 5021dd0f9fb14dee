import { z } from "zod";

import { defaults } from "./defaults.ts";
import { flag, list, section, text } from "./leaf.ts";
import { innerPath, relativePath } from "./relative-path.ts";

const kind = text(
  "a kind, as in Certificate or cert-manager.io/v1/Certificate",
  /^(?:[a-z0-9.-]+\/)?(?:[a-z0-9]+\/)?[A-Za-z][A-Za-z0-9]*$/,
  255,
);

const valuesFiles = list(
  z.union([relativePath, list(relativePath, "a list of paths").min(1, "at least one path")], {
    error: "a path, or a list of paths",
  }),
  "a list of paths, or of lists of them",
);

const chart = section({
  path: relativePath.describe("The chart's folder, relative to this file."),
  values: valuesFiles
    .optional()
    .describe(
      "Values files, relative to this file. The chart is rendered once per item; in an inner list the last file wins. Default: values-*.yaml and ci/*-values.yaml beside the chart.",
    ),
  defaults: flag
    .prefault(defaults.chartDefaults)
    .describe("Whether the chart is also rendered with its own values alone."),
  apiVersions: list(
    text("an API, as in monitoring.coreos.com/v1", /^[A-Za-z0-9][A-Za-z0-9./-]*$/, 255),
    "a list of APIs",
  )
    .prefault([])
    .describe("APIs that the chart may assume in the cluster, besides the built-in ones."),
});

/** The settings for the manifests that kustomize and Helm render. */
export const manifests = section({
  kubernetes: text('a version of Kubernetes, as in "1.33"', /^1\.\d{1,3}$/)
    .prefault(defaults.kubernetes)
    .describe("The version of Kubernetes that the manifests are for: `1.N`, in quotes."),
  schemas: relativePath
    .optional()
    .describe(
      "A folder with additional JSON schemas for custom resources: GROUP/KIND_VERSION.json, all in lower case.",
    ),
  unknownKinds: z
    .enum(["note", "fail"], { error: "note, fail" })
    .prefault(defaults.unknownKinds)
    .describe(
      "The result for a custom resource without a schema; note: its kind is listed beside the check; fail: the check fails.",
    ),
  skipKinds: list(kind, "a list of kinds").prefault([]).describe("Kinds that are not validated."),
  skip: list(innerPath, "a list of paths")
    .prefault([])
    .describe("Folders whose kustomizations and charts are not rendered, subfolders included."),
  loadRestrictor: z
    .enum(["LoadRestrictionsRootOnly", "LoadRestrictionsNone"], {
      error: "LoadRestrictionsRootOnly, LoadRestrictionsNone",
    })
    .prefault(defaults.loadRestrictor)
    .describe(
      "The option of that name of `kustomize build`: whether a kustomization may read files outside of its folder.",
    ),
  flux: flag
    .optional()
    .describe(
      "Whether Flux renders the manifests, and replaces variables in them; default: whether the source has a Kustomization of Flux.",
    ),
  policies: list(relativePath, "a list of paths")
    .min(1, "at least one path")
    .optional()
    .describe(
      "Folders with Rego policies for conftest, to check the manifests; default: the folders that conftest.toml names, else policy.",
    ),
  charts: list(chart, "a list of charts")
    .prefault([])
    .describe("Settings for single Helm charts; all other charts are rendered too."),
});
