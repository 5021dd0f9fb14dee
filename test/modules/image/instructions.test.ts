import { expect, test } from "vitest";
import { instructions } from "#modules/image/src/instructions.ts";

test.each<[what: string, text: string, lines: readonly string[]]>([
  [
    "a continued instruction is one line, without comments within",
    "FROM a \\\n# a comment\n  AS b\nUSER c",
    ["FROM a   AS b", "USER c"],
  ],
  [
    "a blank line within a continued instruction ends nothing",
    "RUN a \\\n\n  b\nUSER c",
    ["RUN a   b", "USER c"],
  ],
  ["a line that the file ends before it is done is kept", "FROM a\nUSER b \\", ["FROM a", "USER b "]],
  ["a word may go on in the next line", "COPY a\\\nb /", ["COPY ab /"]],
  ["two backslashes continue nothing", "RUN a \\\\\nUSER c", ["RUN a \\\\", "USER c"]],
  [
    "another character continues a line if a directive says so",
    "# Escape = `\nCOPY a b:\\\nCOPY c `\n  d\nUSER e",
    ["COPY a b:\\", "COPY c   d", "USER e"],
  ],
  ["a directive below another line is a comment", "FROM a\n# escape=`\nCOPY a \\\nb", ["FROM a", "COPY a b"]],
  [
    "lines of heredocs are none",
    "RUN <<'END' <<-MORE\nFROM never\nEND\nUSER never\nMORE\nUSER c",
    ["RUN <<'END' <<-MORE", "USER c"],
  ],
  [
    "a heredoc that a command reads",
    "RUN cat > a <<EOF && b\nUSER never\nEOF\nUSER c",
    ["RUN cat > a <<EOF && b", "USER c"],
  ],
  [
    "a number shifted in quotes",
    'RUN python -c "1 <<20"\n20\nUSER c',
    ['RUN python -c "1 <<20"', "20", "USER c"],
  ],
  ["a string that a shell reads", "RUN a <<<b\nb\nUSER c", ["RUN a <<<b", "b", "USER c"]],
  ["a heredoc without its end", "RUN a <<b\nUSER c", ["RUN a <<b", "USER c"]],
])("of a Dockerfile: %s", (_, text, lines) => {
  expect(instructions(text)).toEqual(lines);
});
