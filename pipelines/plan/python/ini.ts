import { projectInvalid } from "#pipelines/plan/project-invalid.ts";
import { plain } from "#pipelines/text/quote.ts";

/** The sections of an INI file: keys in lower case, each value with its continuation lines. */
export type Ini = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads an INI file as Python's configparser does: `[section]`, `key = value` or `key: value`, indented lines that
 * continue a value, comments with `#` and `;`. Fails with PROJECT_INVALID on any other line.
 *
 * @param file the file's path, for the message.
 */
export function parseIni(text: string, file: string): Ini {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let key: string | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^([^\s=:][^=:]*)[=:](.*)$/.exec(line);
    if (header !== undefined) {
      section = sections.get(header) ?? new Map();
      sections.set(header, section);
      key = undefined;
    } else if (/^\s/.test(line) && section !== undefined && key !== undefined) {
      section.set(key, `${section.get(key) ?? ""}\n${line.trim()}`);
    } else if (pair !== null && section !== undefined) {
      key = pair[1]?.trim().toLowerCase() ?? "";
      section.set(key, pair[2]?.trim() ?? "");
    } else {
      const what = `${plain(file)}:${index + 1}: neither a section nor a key with a value`;
      throw projectInvalid(
        what,
        "Write the line as `[section]` or `key = value`. Python's configparser refuses this line too.",
      );
    }
  }
  return sections;
}
