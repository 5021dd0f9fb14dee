import { expect, test } from "vitest";
import { instructions } from "../../../modules/image/src/instructions.ts";

test("a continued instruction is one line, without the comments between its lines", () => {
  expect(instructions("FROM a \\\n# a comment\n  AS b\nUSER c\n")).toEqual(["FROM a    AS b", "USER c", ""]);
});

test("the lines of a heredoc are no instructions, whichever quotes its word has", () => {
  const text = "RUN <<'END' <<-MORE\nFROM never\nEND\nUSER never\nMORE\nUSER c";
  expect(instructions(text)).toEqual(["RUN <<'END' <<-MORE", "USER c"]);
});

test("a line that the file ends before it is done is kept", () => {
  expect(instructions("FROM a\nUSER b \\")).toEqual(["FROM a", "USER b  "]);
});
