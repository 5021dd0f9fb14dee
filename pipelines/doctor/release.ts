import { defaults } from "#pipelines/config/defaults.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, ok, wrong } from "./diagnosis.ts";

/** Reports what a release lacks; nothing if slipway.yaml has no `release`. */
export async function diagnoseRelease({
  config,
  plan,
}: Pick<LoadedSource, "config" | "plan">): Promise<readonly Diagnosis[]> {
  const { release } = config;
  if (release === undefined) return [];
  const diagnoses: Diagnosis[] = [];
  if (!plan.services.some(({ image }) => image && image.name !== undefined)) {
    diagnoses.push(
      wrong(
        "release",
        "no service's image has a name, so there is nothing to release",
        "Set `services.NAME.image.name` in slipway.yaml.",
      ),
    );
  }
  if (release.sign === false) {
    diagnoses.push(
      advice(
        "release",
        "images are not signed, so no one can verify who built them",
        "Remove `sign: false` under `release` in slipway.yaml, and pass --signing-key.",
      ),
    );
  }
  if (release.attest.length === 0) {
    diagnoses.push(
      advice(
        "release",
        "images get no attestations",
        "Remove `attest: []` under `release`. Then verify can check SBOM, scan, tests and provenance.",
      ),
    );
  }
  if (release.gitops === undefined) {
    diagnoses.push(
      advice(
        "release",
        "no GitOps repository is configured, so the cluster does not get a release",
        "Add `release.gitops` to slipway.yaml.",
      ),
    );
  } else if (release.gitops.author === defaults.gitopsAuthor) {
    diagnoses.push(
      advice(
        "release",
        `the author of commits in the GitOps repository is the default, ${defaults.gitopsAuthor}`,
        "Set `release.gitops.author` to the person or team responsible for them.",
      ),
    );
  }
  return diagnoses.some(({ grade }) => grade === "wrong")
    ? diagnoses
    : [...diagnoses, ok("release", signer(release.sign))];
}

type Sign = NonNullable<LoadedSource["config"]["release"]>["sign"];

/** The argument that a call of release must pass to sign. */
function signer(sign: Sign): string {
  if (sign === false) return "signing is off";
  if (sign.kms !== undefined) return "to sign, the call must pass --kms-secrets";
  return `to sign, the call must pass ${sign.keyless === undefined ? "--signing-key" : "--identity-token"}`;
}
