import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { folderOf } from "../../../../fixtures/folder.ts";
import { session } from "../../../../session.ts";

const good = readFileSync(new URL("good.yaml", import.meta.url), "utf8");
const [analysis = "", ...others] = good.split("\n---\n");

const files = {
  "setup.py": "",
  "k8s/base/kustomization.yaml": "resources: [web.yaml]\n",
  "k8s/base/web.yaml": good,
  // What the base has right, this overlay breaks.
  "k8s/overlay/kustomization.yaml": `resources: [../base]
patches:
  - target: { kind: AnalysisTemplate }
    patch: |
      - { op: remove, path: /spec/metrics/0/count }
`,
  "k8s/none/kustomization.yaml": "resources: [service.yaml]\n",
  "k8s/none/service.yaml":
    "apiVersion: v1\nkind: Service\nmetadata: {name: app}\nspec: {ports: [{port: 80}]}\n",
  "plain/analysis.yaml": analysis,
  "plain/web.yaml": others.join("\n---\n").replace("canaryService: web-canary", "canaryService: web-stable"),
};

test("Rollouts are judged as they are rendered, and where nothing renders them; without one there is no check", async () => {
  const checks = await session(async () => {
    return (await checkKind("manifests", { source: folderOf(files) })).checks;
  });
  const judged = checks.filter(({ name }) => name.endsWith("/rollouts"));
  expect(
    judged.map(({ name, outcome, note, evidence }) => ({
      name,
      outcome,
      note,
      found: evidence.findings.map(({ rule, path }) => [rule, path]),
    })),
  ).toEqual([
    { name: "manifests/k8s/base/rollouts", outcome: "passed", note: "2 objects of Argo Rollouts", found: [] },
    {
      name: "manifests/k8s/overlay/rollouts",
      outcome: "failed",
      note: undefined,
      found: [["no-count", "k8s/overlay/kustomization.yaml"]],
    },
    {
      name: "manifests/plain/rollouts",
      outcome: "failed",
      note: undefined,
      found: [["services", "plain/web.yaml"]],
    },
  ]);
});
