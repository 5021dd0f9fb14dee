import type { Finding } from "#pipelines/findings/finding.ts";
import { isFor, isInForce } from "#pipelines/gates/waiver.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { waiverPeriod } from "#pipelines/workspace/today.ts";

/** Trivy's name for the rule, and the name in its later versions. A waiver uses the name from the scan. */
const reported = { rule: "DS002", aliases: ["DS-0002"] } as const;

/** A .trivyignore may also use its long id. */
const ignorable: readonly string[] = [reported.rule, ...reported.aliases, "AVD-DS-0002"];

/** Whether ci accepts a Dockerfile whose image runs as root: through a valid waiver, or through .trivyignore. */
export async function isRootAccepted(
  { facts, config }: Pick<LoadedSource, "facts" | "config">,
  path: string,
  now?: Date,
): Promise<boolean> {
  const period = waiverPeriod(config.gates.waiverTerm, undefined, now);
  const finding: Finding = {
    tool: "trivy",
    kind: "misconfiguration",
    severity: "HIGH",
    message: "",
    path,
    ...reported,
  };
  const isWaived = config.waivers.some((each) => {
    const waiver = { ...each, place: "" };
    return isInForce(waiver, period) && isFor(waiver, finding);
  });
  if (isWaived) return true;
  const file = ".trivyignore";
  return (await facts.hasFile(file)) && ignoredIn(await facts.read(file), period.today).some(isOfRoot);
}

const isOfRoot = (id: string) => ignorable.includes(id);

/** The ids of a .trivyignore. Trivy treats an entry as expired on the day of its `exp:`. */
function ignoredIn(text: string, today: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [id = "", ...words] = line.trim().split(/\s+/);
    const last = words.find((word) => word.startsWith("exp:"))?.slice("exp:".length);
    return id === "" || id.startsWith("#") || (last !== undefined && today >= last) ? [] : [id];
  });
}
