import { dockerfileFacts } from "#pipelines/init/dockerfile.ts";
import { dockerfileOf, type PlannedService } from "#pipelines/plan/plan.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis, wrong } from "./diagnosis.ts";
import { isRootAccepted } from "./root-rule.ts";

type Looked = Pick<LoadedSource, "plan" | "facts" | "config">;

/** Reports for each image whether it runs as root, has a HEALTHCHECK, and has a name. */
export async function diagnoseImages(surveyed: Looked): Promise<readonly Diagnosis[]> {
  return (await Promise.all(surveyed.plan.services.map((service) => ofImage(surveyed, service)))).flat();
}

async function ofImage(
  { facts, config }: Looked,
  { name, path, image }: PlannedService,
): Promise<readonly Diagnosis[]> {
  if (!image) return [];
  const file = dockerfileOf({ path }, image);
  if (!(await facts.hasFile(file))) return [];
  const { user, hasHealthcheck } = dockerfileFacts(await facts.read(file), image.target);
  const diagnoses: Diagnosis[] = [];
  if (user === undefined || /^(?:root|0)(?::|$)/.test(user)) {
    const isLetPass = await isRootAccepted({ facts, config }, file);
    const grade = config.gates.severity.includes("HIGH") && !isLetPass ? wrong : advice;
    diagnoses.push(
      grade(
        file,
        `the image runs as root, a HIGH finding of the scan${isLetPass ? " that a waiver or .trivyignore accepts" : ""}`,
        `Add \`USER 10001:10001\` to the ${image.target === undefined ? "last stage" : `stage ${image.target}`}.`,
      ),
    );
  }
  if (!hasHealthcheck) {
    diagnoses.push(
      advice(
        file,
        "no HEALTHCHECK, which init needs to write a probe",
        'Add `HEALTHCHECK CMD ["python", "-m", "…"]`, or add a probe to the manifests.',
      ),
    );
  }
  if (image.name === undefined) {
    const asked = config.release !== undefined || config.bump.overlays.length > 0;
    const grade = asked ? wrong : advice;
    diagnoses.push(
      grade(
        name,
        "the image has no name, so it is neither bumped nor released",
        `Set \`services.${name}.image.name\` in slipway.yaml.`,
      ),
    );
  }
  return diagnoses;
}
