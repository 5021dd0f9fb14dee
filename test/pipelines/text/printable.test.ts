import { expect, test } from "vitest";
import { clipped, columnsOf, printable, printableLines } from "#pipelines/text/printable.ts";

test.each([
  ["plain text, ünïcode, 日本 and 🚀", "plain text, ünïcode, 日本 and 🚀"],
  ["a\nb", "a⏎b"],
  ["a\r\nb\rc", "a⏎b⏎c"],
  ["a\tb", "a b"],
  ["\u001b[31mred\u001b[0m", "␛[31mred␛[0m"],
  ["\u0000\u0007\u007f", "␀␇␡"],
  ["\u009b2J", "⟨U+009B⟩2J"],
  ["\u202egnp.exe", "⟨U+202E⟩gnp.exe"],
  ["\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"],
  ["a\u200b\ufeff\u00adb", "a⟨U+200B⟩⟨U+FEFF⟩⟨U+00AD⟩b"],
  ["a\u2028b\u2029c", "a⟨U+2028⟩b⟨U+2029⟩c"],
  ["\ud800", "⟨U+D800⟩"],
  ["\u{e0041}", "⟨U+E0041⟩"],
])("%j prints as %j, and the second time too", (text, shown) => {
  expect(printable(text)).toBe(shown);
  expect(printable(shown)).toBe(shown);
});

test("lines stay lines where that is asked for", () => {
  expect(printableLines("a\n\tb\r\nc\u001b\rd")).toBe("a\n  b\nc␛⏎d");
});

test("columns count wide characters twice and combining marks not at all", () => {
  expect(columnsOf("abc")).toBe(3);
  expect(columnsOf("日本")).toBe(4);
  expect(columnsOf("u\u0308")).toBe(1);
});

test("clipped text takes at most the columns it is given", () => {
  expect(clipped("abcdef", 6)).toBe("abcdef");
  expect(clipped("abcdefg", 6)).toBe("abcde…");
  expect(clipped("日本日本", 6)).toBe("日本…");
});
