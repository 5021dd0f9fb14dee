import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { masked } from "#pipelines/workspace/secrets.ts";
import { spellings } from "#pipelines/workspace/spellings.ts";

const hidden = (text: string, ...secrets: readonly string[]) => masked(text, secrets.flatMap(spellings));

test("the longest of several secrets is masked first, in whatever order they come", () => {
  for (const secrets of [
    ["token", "token-and-more"],
    ["token-and-more", "token"],
  ]) {
    expect(hidden("has token-and-more, token", ...secrets)).toBe("has ***, ***");
  }
});

test.each([
  ["as it is", "se<c>ret&1"],
  ["in base64", Buffer.from("se<c>ret&1").toString("base64")],
  ["in XML", "se&lt;c&gt;ret&amp;1"],
  ["in a URL", "se%3Cc%3Eret%261"],
])("a secret is masked %s", (_, text) => {
  expect(hidden(`a ${text} b`, "se<c>ret&1")).toBe("a *** b");
});

test("a secret of several lines is masked line by line, and in JSON", () => {
  const key = "first line\nsecond line\n";
  expect(hidden("x second line y", key)).toBe("x *** y");
  expect(hidden(JSON.stringify({ key: key.trim() }), key)).toBe('{"key":"***"}');
});

test("a value of three characters stays, because half the report would go with it", () => {
  expect(hidden("one two", "two")).toBe("one two");
});

const nasty = `p<a>s&s "w" 'o' r/d+é€😀 100%\\`;

/** What Python's own functions write, each in a line; the text comes on stdin. */
const program = `
import html, json, shlex, sys
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr
text = sys.stdin.read()
forms = [text, quote(text), quote(text, safe=""), quote_plus(text), repr(text), ascii(text), json.dumps(text),
  json.dumps(text, ensure_ascii=False), shlex.quote(text), html.escape(text), html.escape(text, quote=False)]
low = [form.lower() for form in forms[1:4]] if text == text.lower() else []
outer = [escape(form) for form in forms] + [html.escape(form) for form in forms] + [quoteattr(form) for form in forms]
outer += [json.dumps(form) for form in forms] + [json.dumps(form, ensure_ascii=False) for form in forms]
print(json.dumps(forms + low + outer))
`;

test.each([nasty, "simple", "it's", 'say "hi"', "back\\slash", "a b&c", "ünïcode", "100% of it"])(
  "a secret is masked as Python's own functions write it: %s",
  (secret) => {
    const printed: string[] = JSON.parse(
      execFileSync("python3", ["-c", program], { input: secret, encoding: "utf8" }),
    );
    expect(printed.length).toBeGreaterThan(60);
    const values = spellings(secret);
    const left = printed.filter((text) => !masked(text, values).includes("***"));
    expect(left).toEqual([]);
  },
);

test("a key of fifty lines has spellings that can be searched for", () => {
  const key = Array.from({ length: 50 }, (_, at) => Buffer.from(`${at}`.repeat(24)).toString("base64")).join(
    "\n",
  );
  expect(spellings(key).length).toBeLessThan(2_000);
});
