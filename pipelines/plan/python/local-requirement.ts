/**
 * Reads the local folder or archive that a line of a requirements file names: `-e .`, `./libs/money[fast]`, `money
 * @ file:libs/money`, `--find-links wheels`. Returns undefined for any other line, also for one with a URL.
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export function localPathIn(line: string): string | undefined {
  const text = line.trim();
  const [, flag, value = text] =
    /^(-e|-f|--editable|--find-links)(?:\s*=\s*|\s+|(?<=-[ef]))(.*)$/.exec(text) ?? [];
  const target = bare(value);
  const file = /^(?:[\w.-]+(?:\[[^\]]*\])?\s*@\s*)?file:(?:\/\/)?(.*)$/.exec(target)?.[1];
  if (file !== undefined) return file;
  if (/^(?:[-#]|$)/.test(target) || /^\w+(?:\+\w+)?:\/\//.test(target)) return undefined;
  const isPath = flag !== undefined || /^\.{0,2}\/|^\.{1,2}$/.test(target);
  return isPath || (target.includes("/") && !/[@:<>=]/.test(target)) ? target : undefined;
}

/** The path without a comment, a marker, a name after `#egg=` and extras. */
function bare(value: string): string {
  const [named = ""] = (value.split(/\s#|;|#egg=/, 1)[0] ?? "").trim().split(/\[[^\]]*\]$/, 1);
  return named;
}
