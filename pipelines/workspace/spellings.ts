/** Writes a text in another form; several if programs differ. */
type Spelling = (text: string) => readonly string[];

/**
 * The forms of a secret in a report: as it is, each of its lines, in base64, and as programs write a text: by quoting of
 * Python, JSON, a shell, a URL or HTML, and all of these once more in JSON, XML or HTML.
 */
export function spellings(value: string): string[] {
  const plain = [value, value.trim(), ...value.split("\n").map((line) => line.trim())];
  const quoted = all(plain, [identity, python, json, shell, url, markup]);
  const written = all(quoted, [identity, json, markup]);
  return [...new Set([...written, Buffer.from(value).toString("base64")])].filter((text) => text !== "");
}

function all(texts: readonly string[], forms: readonly Spelling[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => forms.flatMap((form) => form(text))))];
}

const identity: Spelling = (text) => [text];

/** repr() and ascii(), with either quote around the text. https://docs.python.org/3/library/functions.html#repr */
const python: Spelling = (text) => {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t");
  const ascii = [...escaped].map(pythonEscape).join("");
  return [escaped, ascii].flatMap((each) => [each, each.replaceAll("'", "\\'")]);
};

function pythonEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/** With characters as they are, or in ASCII, as json.dumps writes them by default. */
const json: Spelling = (text) => {
  const escaped = JSON.stringify(text).slice(1, -1);
  const ascii = (form: (hex: string) => string) =>
    escaped.replace(/[\u007f-\uffff]/g, (unit) => form(unit.charCodeAt(0).toString(16).padStart(4, "0")));
  return [
    escaped,
    escaped.replaceAll("/", "\\/"),
    ascii((hex) => `\\u${hex}`),
    ascii((hex) => `\\u${hex.toUpperCase()}`),
  ];
};

/** Between single quotes, as shlex.quote or a person writes it. */
const shell: Spelling = (text) => [text.replaceAll("'", `'"'"'`), text.replaceAll("'", "'\\''")];

/** quote() and quote_plus() of Python, and encodeURIComponent(), with hexadecimal digits of either case. */
const url: Spelling = (text) => {
  const percent = (kept: RegExp) =>
    [...Buffer.from(text)]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        return kept.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
      })
      .join("");
  const upper = [
    percent(/[A-Za-z0-9_.~-]/),
    percent(/[A-Za-z0-9_.~/-]/),
    percent(/[A-Za-z0-9_.~!'()*-]/),
  ].flatMap((form) => [form, form.replaceAll("%20", "+")]);
  return [...upper, ...upper.map((form) => form.replace(/%../g, (code) => code.toLowerCase()))];
};

/** In the text or an attribute of XML or HTML, by the names that programs use for quotes. */
const markup: Spelling = (text) => {
  const inText = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const quotes: readonly (readonly [double: string, single: string])[] = [
    ['"', "'"],
    ["&quot;", "'"],
    ["&quot;", "&#x27;"],
    ["&quot;", "&#39;"],
    ["&quot;", "&apos;"],
    ["&#34;", "&#39;"],
  ];
  return quotes.map(([double, single]) => inText.replaceAll('"', double).replaceAll("'", single));
};
