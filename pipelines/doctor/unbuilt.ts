import { posix } from "node:path";
import { dockerfileOf } from "#pipelines/plan/plan.ts";
import { isVendored } from "#pipelines/plan/vendored.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { isDockerfile } from "#pipelines/tools/hadolint/dockerfiles.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis } from "./diagnosis.ts";

/** Lists Dockerfiles that no service builds: their images are neither scanned nor released. */
export async function diagnoseUnbuilt({
  plan,
  facts,
}: Pick<LoadedSource, "plan" | "facts">): Promise<readonly Diagnosis[]> {
  const built = new Set(
    plan.services.flatMap((service) => (service.image ? [dockerfileOf(service, service.image)] : [])),
  );
  // A service with its image switched off needs no build, and one that could not be planned has its own fault.
  const silent = [
    ...plan.services.filter(({ image }) => image === false).map(({ path }) => posix.join(path, "Dockerfile")),
    ...plan.faults.flatMap(({ path }) => path ?? []),
  ];
  const files = (await facts.all()).filter(
    (file) =>
      isDockerfile(file) &&
      !isAside(file) &&
      !built.has(file) &&
      !silent.some((place) => isWithin(file, place)),
  );
  return files.map((file) =>
    advice(
      file,
      "no service builds it, so its image is neither scanned nor released",
      "To build it, set `context` and `dockerfile` under `services.NAME.image` in slipway.yaml.",
    ),
  );
}

/** Whether a file lies in a folder of tests, of vendored code, or in a hidden folder such as .devcontainer. */
function isAside(file: string): boolean {
  const folders = posix.dirname(file).split("/");
  return isVendored(file) || folders.some((name) => /^(?:tests?|\..+)$/.test(name));
}
