/** One field: in quotes, with "" for a quote, or up to the next comma. */
const field = /(?:"((?:[^"]|"")*)"|([^",][^,]*|))(,|$)/y;

/**
 * Splits a line of comma-separated values (RFC 4180). A quote inside an unquoted field is a normal character,
 * except as the first one.
 *
 * @returns undefined if a quoted field does not end with its quote.
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
