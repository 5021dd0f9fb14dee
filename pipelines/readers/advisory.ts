import type { Finding } from "#pipelines/findings/finding.ts";

/**
 * Takes the address of the page that describes a rule or an advisory from a report. What is no https address, or bears a
 * user's name, is left out: it would be a link in the reports.
 */
export function advisoryOf(address: string | null | undefined): Pick<Finding, "advisory"> {
  if (!address || address.length > 2000 || !URL.canParse(address)) return {};
  const url = new URL(address);
  const isPlain = url.protocol === "https:" && url.username === "" && url.password === "";
  return isPlain ? { advisory: url.href } : {};
}
