import { z } from "zod";

import { defaults } from "./defaults.ts";
import { list, section, text } from "./leaf.ts";
import { innerPath, relativePath } from "./relative-path.ts";

const kind = text(
  "a kind, as in Certificate or cert-manager.io/v1/Certificate",
  /^(?:[a-z0-9.-]+\/)?(?:[a-z0-9]+\/)?[A-Za-z][A-Za-z0-9]*$/,
  255,
);

/** How the manifests that kustomize renders are checked. */
export const manifests = section({
  kubernetes: text('a version of Kubernetes, as in "1.33"', /^1\.\d{1,3}$/)
    .prefault(defaults.kubernetes)
    .describe("The version of Kubernetes that the manifests are for, as 1.N, in quotes."),
  schemas: relativePath
    .optional()
    .describe(
      "A folder with more JSON schemas, for custom resources: GROUP/KIND_VERSION.json, all in lower case.",
    ),
  unknownKinds: z
    .enum(["note", "fail"], { error: "note, fail" })
    .prefault(defaults.unknownKinds)
    .describe(
      "What becomes of a custom resource without a schema: note lists its kind beside the check, fail stops it.",
    ),
  skipKinds: list(kind, "a list of kinds").prefault([]).describe("Kinds that no schema is asked of."),
  skip: list(innerPath, "a list of paths")
    .prefault([])
    .describe("Folders whose kustomizations, and those below them, are not rendered."),
});
