/** Whether a condition of a workflow holds where Slipway checks a change, fails there, or is only known when it runs. */
export type Verdict = "holds" | "fails" | "open";

const usual = "(?:ubuntu|linux|Linux)[^']*";
const other = "(?:windows|macos|Windows|macOS|mac)[^']*";
const machine = String.raw`(?:runner\.os|matrix\.(?:os|platform|runs-on|runner|image))`;
const events = "(?:push|pull_request|merge_group)";
const late = "(?:schedule|workflow_dispatch|release)";

const holding = new RegExp(
  String.raw`^(?:true|always\(\)|success\(\)|!cancelled\(\)|${machine} == '${usual}'|${machine} != '${other}'|(?:startsWith|contains)\(${machine}, '${usual}'\)|!(?:startsWith|contains)\(${machine}, '${other}'\)|steps\.[\w-]+\.outputs\.cache-hit != 'true'|!steps\.[\w-]+\.outputs\.cache-hit|github\.event_name == '${events}'|github\.event_name != '${late}'|github\.repository(?:_owner)? == '[^']*'|github\.actor != '[^']*'|github\.event\.pull_request\.draft == false|!github\.event\.pull_request\.draft|needs\.[\w-]+\.outputs\.[\w-]+(?: == '?true'?)?)$`,
);
const failing = new RegExp(
  String.raw`^(?:false|failure\(\)|cancelled\(\)|${machine} == '${other}'|${machine} != '${usual}'|(?:startsWith|contains)\(${machine}, '${other}'\)|!(?:startsWith|contains)\(${machine}, '${usual}'\)|github\.event_name == '${late}')$`,
);

/** Whether two conditions hold together. */
export function bothOf(one: Verdict = "holds", other: Verdict = "holds"): Verdict {
  return one === "fails" || other === "holds" ? one : other;
}

/** The longest condition that is read, in characters. */
const longest = 500;

/** https://docs.github.com/en/actions/reference/workflows-and-actions/expressions */
export function verdictOn(condition: unknown): Verdict {
  if (condition === undefined || condition === null) return "holds";
  const text = String(condition);
  if (text.length > longest) return "open";
  const bare = text.trim().replace(/^\$\{\{(.*)\}\}$/s, "$1");
  return ofAny(bare.replaceAll('"', "'").replace(/\s+/g, " ").trim());
}

function ofAny(text: string): Verdict {
  // Brackets may hold parts together.
  if (/\([^()]*(?:&&|\|\|)/.test(text)) return "open";
  const verdicts = text.split("||").map(ofAll);
  if (verdicts.includes("holds")) return "holds";
  return verdicts.every((verdict) => verdict === "fails") ? "fails" : "open";
}

function ofAll(text: string): Verdict {
  const verdicts = text.split("&&").map((part): Verdict => {
    const one = part
      .trim()
      .replace(/ ?(==|!=) ?/g, " $1 ")
      .replace(/, ?/g, ", ");
    return holding.test(one) ? "holds" : failing.test(one) ? "fails" : "open";
  });
  if (verdicts.includes("fails")) return "fails";
  return verdicts.every((verdict) => verdict === "holds") ? "holds" : "open";
}
