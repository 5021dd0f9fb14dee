import { oldDigest } from "./fixtures.ts";

export const overlay = "k8s/overlays/staging";
export const file = `${overlay}/kustomization.yaml`;

export const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      initContainers:
      - {name: migrate, image: "orders:0.1"}
      containers:
      - {name: web, image: "orders:0.1"}
      - {name: proxy, image: "ghcr.io/acme/proxy:1@${oldDigest}"}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: sweep}
spec:
  schedule: "0 3 * * *"
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: sweep, image: "orders:0.1"}]}}}}
---
apiVersion: acme.example/v1
kind: Worker
metadata: {name: worker}
spec: {image: "orders:0.1", other: "runner:1"}
`;

export const staging = `# staging
namespace: shop   # ours
resources:
  # the base
  - ../../base
images:
  - name: orders
    newName: ghcr.io/acme/orders
    newTag: "1.0" # bumped by CI
`;

/** A small repository with one base and one overlay, by path. */
export const shopFiles: Readonly<Record<string, string>> = {
  "k8s/base/kustomization.yaml": "resources: [deployment.yaml]\n",
  "k8s/base/deployment.yaml": deployment,
  [file]: staging,
  "README.md": "shop\n",
};
