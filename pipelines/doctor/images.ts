import { dockerfileFacts } from "#pipelines/init/dockerfile.ts";
import { dockerfileOf, type PlannedService } from "#pipelines/plan/plan.ts";
import type { Surveyed } from "#pipelines/workspace/load.ts";
import { advice, type Remark, wrong } from "./diagnosis.ts";
import { isRootLetPass } from "./root-rule.ts";

type Looked = Pick<Surveyed, "plan" | "facts" | "config">;

/** Says of each Dockerfile whether its image runs as root, and whether anybody can ask how it is. */
export async function imageRemarks(surveyed: Looked): Promise<readonly Remark[]> {
  return (await Promise.all(surveyed.plan.services.map((service) => ofImage(surveyed, service)))).flat();
}

async function ofImage(
  { facts, config }: Looked,
  { name, path, image }: PlannedService,
): Promise<readonly Remark[]> {
  if (!image) return [];
  const file = dockerfileOf({ path }, image);
  if (!(await facts.hasFile(file))) return [];
  const { user, hasHealthcheck } = dockerfileFacts(await facts.read(file), image.target);
  const remarks: Remark[] = [];
  if (user === undefined || /^(?:root|0)(?::|$)/.test(user)) {
    const isLetPass = await isRootLetPass({ facts, config }, file);
    const grade = config.gates.severity.includes("HIGH") && !isLetPass ? wrong : advice;
    remarks.push(
      grade(
        file,
        `the image runs as root, which the scan takes for HIGH${isLetPass ? " and is told to let pass" : ""}`,
        `Add \`USER 10001:10001\` to its ${image.target === undefined ? "last stage" : `stage ${image.target}`}.`,
      ),
    );
  }
  if (!hasHealthcheck) {
    remarks.push(
      advice(
        file,
        "it has no HEALTHCHECK, from which init makes a probe",
        'Add `HEALTHCHECK CMD ["python", "-m", "…"]`, or a probe to the manifests.',
      ),
    );
  }
  if (image.name === undefined) {
    const asked = config.release !== undefined || config.bump.overlays.length > 0;
    const grade = asked ? wrong : advice;
    remarks.push(
      grade(
        name,
        "its image has no name: it is neither bumped nor released",
        `Add services.${name}.image.name to slipway.yaml.`,
      ),
    );
  }
  return remarks;
}
