import { posix } from "node:path";
import { dockerfileFacts } from "../init/dockerfile.ts";
import type { PlannedService } from "../plan.ts";
import type { Surveyed } from "../survey.ts";
import { advice, type Remark, wrong } from "./remark.ts";

/** Says of each Dockerfile whether its image runs as root, and whether anybody can ask how it is. */
export async function imageRemarks(surveyed: Surveyed): Promise<readonly Remark[]> {
  return (await Promise.all(surveyed.plan.services.map((service) => ofImage(surveyed, service)))).flat();
}

async function ofImage(
  { facts, config }: Surveyed,
  { name, path, image }: PlannedService,
): Promise<readonly Remark[]> {
  if (!image) return [];
  const file = posix.join(path, image.context, image.dockerfile);
  if (!(await facts.hasFile(file))) return [];
  const { user, hasHealthcheck } = dockerfileFacts(await facts.read(file));
  const remarks: Remark[] = [];
  if (user === undefined || /^(?:root|0)(?::|$)/.test(user)) {
    const grade = config.gates.severity.includes("HIGH") ? wrong : advice;
    remarks.push(
      grade(
        file,
        "the image runs as root, which the scan takes for HIGH",
        "Add `USER 10001:10001` to its last stage.",
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
