import { posix } from "node:path";
import { dockerfileOf } from "#pipelines/plan/plan.ts";
import { isVendored } from "#pipelines/plan/vendored.ts";
import { isWithin } from "#pipelines/text/path.ts";
import { isDockerfile } from "#pipelines/tools/hadolint/dockerfiles.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { advice, type Diagnosis } from "./diagnosis.ts";

/** Names Dockerfiles that no service is built from: what they make is neither scanned nor released. */
export async function diagnoseUnbuilt({
  plan,
  facts,
}: Pick<LoadedSource, "plan" | "facts">): Promise<readonly Diagnosis[]> {
  const built = new Set(
    plan.services.flatMap((service) => (service.image ? [dockerfileOf(service, service.image)] : [])),
  );
  // Of a service whose image is switched off, or that could not be planned, nobody asks for one, or can yet say.
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

/** Whether a file lies in a folder of tests, of somebody else's code, or in a hidden one as .devcontainer. */
function isAside(file: string): boolean {
  const folders = posix.dirname(file).split("/");
  return isVendored(file) || folders.some((name) => /^(?:tests?|\..+)$/.test(name));
}
