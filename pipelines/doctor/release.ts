import { defaults } from "#pipelines/config/defaults.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, ok, wrong } from "./diagnosis.ts";

/** Says what a release would lack; nothing where slipway.yaml does not speak of releases. */
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
        "no service has an image with a name: there is nothing to release",
        "Add services.NAME.image.name to slipway.yaml.",
      ),
    );
  }
  if (release.sign === false) {
    diagnoses.push(
      advice(
        "release",
        "images are not signed: nobody can tell whose they are",
        "Take `sign: false` away, and hand over --signing-key.",
      ),
    );
  }
  if (release.attest.length === 0) {
    diagnoses.push(
      advice(
        "release",
        "nothing is attested of the images",
        "Take `attest: []` away, and verify finds SBOM, scan, tests and provenance.",
      ),
    );
  }
  if (release.gitops === undefined) {
    diagnoses.push(
      advice(
        "release",
        "no GitOps repository is named: the cluster does not learn of a release",
        "Add release.gitops to slipway.yaml.",
      ),
    );
  } else if (release.gitops.author === defaults.gitopsAuthor) {
    diagnoses.push(
      advice(
        "release",
        `commits in the GitOps repository are by ${defaults.gitopsAuthor}`,
        "Set release.gitops.author to who answers for them.",
      ),
    );
  }
  return diagnoses.some(({ grade }) => grade === "wrong")
    ? diagnoses
    : [...diagnoses, ok("release", signer(release.sign))];
}

type Sign = NonNullable<LoadedSource["config"]["release"]>["sign"];

/** What a call of release has to hand over to sign. */
function signer(sign: Sign): string {
  if (sign === false) return "nothing is asked of the call to sign";
  if (sign.kms !== undefined) return "the call hands over --kms-secrets to sign";
  return `the call hands over ${sign.keyless === undefined ? "--signing-key" : "--identity-token"} to sign`;
}
