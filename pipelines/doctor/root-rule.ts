import type { Finding } from "#pipelines/findings/finding.ts";
import { isFor, isInForce } from "#pipelines/gates/waiver.ts";
import type { LoadedSource } from "#pipelines/workspace/load.ts";
import { judgementDay } from "#pipelines/workspace/today.ts";

/** What Trivy calls the rule, and what later versions of it do: a waiver names it as the scan reports it. */
const reported = { rule: "DS002", aliases: ["DS-0002"] } as const;

/** A .trivyignore may give its long id too. */
const ignorable: readonly string[] = [reported.rule, ...reported.aliases, "AVD-DS-0002"];

/** Says whether ci lets a Dockerfile pass whose image runs as root: by a waiver that holds, or by .trivyignore. */
export async function isRootAccepted(
  { facts, config }: Pick<LoadedSource, "facts" | "config">,
  path: string,
  now?: Date,
): Promise<boolean> {
  const today = judgementDay(undefined, now);
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
    return isInForce(waiver, today) && isFor(waiver, finding);
  });
  if (isWaived) return true;
  const file = ".trivyignore";
  return (await facts.hasFile(file)) && ignoredIn(await facts.read(file), today).some(isOfRoot);
}

const isOfRoot = (id: string) => ignorable.includes(id);

/** The ids of a .trivyignore; on the day of its `exp:` Trivy takes an entry for expired. */
function ignoredIn(text: string, today: string): readonly string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [id = "", ...words] = line.trim().split(/\s+/);
    const last = words.find((word) => word.startsWith("exp:"))?.slice("exp:".length);
    return id === "" || id.startsWith("#") || (last !== undefined && today >= last) ? [] : [id];
  });
}
