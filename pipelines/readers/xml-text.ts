import { malformed } from "./report.ts";

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * Rejects what the XML parser accepts: a document type (entities, external files), characters that XML does not
 * allow, and text after the root element.
 *
 * @throws REPORT_MALFORMED.
 */
export function assertPlainXml(content: string, file: string): void {
  const markup = content.replace(/<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->/g, "");
  if (/<!(DOCTYPE|ENTITY)/i.test(markup)) throw malformed(file, "a DOCTYPE is not allowed");
  const control = /(?![\t\n\r\u007f-\u009f])[\p{Cc}\ufffe\uffff]/u.exec(content);
  if (control !== null) throw malformed(file, `character ${control.index} is not allowed in XML`);
  if (!markup.trimEnd().endsWith(">"))
    throw malformed(file, "text follows the root element, or the file is cut off");
}

/**
 * Decodes the five entities of XML and character references, and nothing else.
 *
 * @throws REPORT_MALFORMED for any other entity.
 */
export function decodeXml(text: string, file: string): string {
  return text.replace(/&([^;&\s]{0,12};?)/g, (whole, inner: string) => {
    const name = inner.slice(0, -1);
    const digits = /^#(?:(\d+)|x([0-9a-f]+))$/i.exec(name);
    const code = digits === null ? 0 : Number.parseInt(digits[1] ?? digits[2] ?? "", digits[1] ? 10 : 16);
    const value =
      digits === null ? named[name] : code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (value === undefined || !inner.endsWith(";"))
      throw malformed(file, `entity ${whole.slice(0, 20)} is unknown`);
    return value;
  });
}
