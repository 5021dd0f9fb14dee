import { expect, test } from "vitest";
import { failure } from "#modules/kustomize/src/failure.ts";

const said = (stderr: string) => failure("a/kustomization.yaml", { exitCode: 1, stderr }).message;

test("a plugin is named", () => {
  const stderr =
    "Error: loading generator plugins: external plugins disabled; unable to load external plugin 'ksops'";
  expect(said(stderr)).toMatch(/^RENDERING_UNSUPPORTED: a\/kustomization\.yaml is not rendered: .*"ksops"/);
});

test.each([
  "Error: unable to run: 'helm pull --untar --untardir /tmp/x/charts --repo https://charts.example.com podinfo --version 6.1' with env=[] (is 'helm' installed?): exit status 1",
  "Error: unable to run: '/usr/local/bin/helm pull --untar --untardir /a/charts --repo https://charts.example.com podinfo' with env=[A=b]",
])("a chart that is not in the source is named, and not Helm: %s", (stderr) => {
  expect(said(stderr)).toMatch(
    /^RENDERING_UNSUPPORTED: .*"podinfo" of "https:\/\/charts\.example\.com", which is not in the source/,
  );
  expect(said(stderr)).not.toContain("installed");
});

test("any other failure has kustomize's words; for a file outside of the folder, the setting too", () => {
  expect(said("Error: no such file")).toMatch(/^TOOL_FAILED: .*exit code 1: Error: no such file\. Correct/);
  expect(said("security; file '/src/a' is not in or below '/src/b'")).toContain("manifests.loadRestrictor");
});
