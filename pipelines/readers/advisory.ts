import type { Finding } from "#pipelines/findings/finding.ts";

/**
 * Takes the address of the page about a rule or advisory from a report. The address becomes a link in the reports,
 * so only an https address without a login is kept.
 */
export function advisoryOf(address: string | null | undefined): Pick<Finding, "advisory"> {
  if (!address || address.length > 2000 || !URL.canParse(address)) return {};
  const url = new URL(address);
  const isPlain = url.protocol === "https:" && url.username === "" && url.password === "";
  return isPlain ? { advisory: url.href } : {};
}
