/** One field: in quotes, with "" for a quote, or up to the next comma. */
const field = /(?:"((?:[^"]|"")*)"|([^",][^,]*|))(,|$)/y;

/**
 * Takes a line of comma-separated values apart (RFC 4180). A quote inside an unquoted field stands for itself, but for
 * the first character.
 *
 * @returns undefined when a quoted field does not end where the field does.
 */
export function csvFields(line: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    field.lastIndex = at;
    const found = field.exec(line);
    if (found === null) return undefined;
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === "") return fields;
    at = field.lastIndex;
  }
}
