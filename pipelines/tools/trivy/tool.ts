import type { Tool } from "#pipelines/tools/tool.ts";
import { readTrivy } from "./reader.ts";

/** @see https://trivy.dev/v0.65/docs/references/configuration/cli/trivy_filesystem/ */
export const trivy: Tool = {
  name: "trivy",
  policyFiles: [
    { path: ".trivyignore", anywhere: true, are: "entries" },
    { path: ".trivyignore.yaml", anywhere: true },
    { path: ".trivyignore.yml", anywhere: true },
    { path: "trivy.yaml" },
    { path: "trivy-secret.yaml" },
  ],
  report: "trivy.json",
  ends: [0],
  read: ({ text, file, place }) => readTrivy(text, file, place),
};
