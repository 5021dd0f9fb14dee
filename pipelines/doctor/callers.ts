import type { Directory } from "@dagger.io/dagger";
import { advice, type Diagnosis, ok } from "./diagnosis.ts";

const patterns = [".github/workflows/*.yml", ".github/workflows/*.yaml", "Jenkinsfile", ".gitlab-ci.yml"];

/** Lists the files of CI systems that call Slipway. */
export async function diagnoseCallers(source: Directory): Promise<readonly Diagnosis[]> {
  const found = (await Promise.all(patterns.map((pattern) => source.glob(pattern)))).flat().sort();
  const texts = await Promise.all(
    found.map((file) =>
      source
        .file(file)
        .contents()
        .catch(() => ""),
    ),
  );
  const callers = found.filter((_, at) => /slipway|dagger/i.test(texts[at] ?? ""));
  if (callers.length > 0) return [ok("CI", `called from ${callers.join(", ")}`)];
  return [
    advice(
      "CI",
      "no CI system calls Slipway in this repository",
      "Run `dagger call init --wrappers=github`, or with jenkins or gitlab.",
    ),
  ];
}
