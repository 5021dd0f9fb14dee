import { unknownWord } from "../shell-tokens.ts";
import type { ScriptPart } from "../tool-call.ts";
import { usualTarget } from "./targets.ts";

/**
 * Reads the commands of noxfile.py. It is a program: the literals in calls of `session.run` are read, and what stands
 * between them is not known.
 *
 * @see https://nox.thea.codes/en/stable/config.html#nox.sessions.Session.run
 */
export function noxScripts(program: string): readonly ScriptPart[] {
  const text = program.slice(0, 100_000).replace(/^[ \t]*#.*$/gm, "");
  const sessions = text.split(/^(?=def\s)/m);
  const parts = sessions.map((session, at) => ({
    target: nameOf(session, sessions[at - 1] ?? ""),
    commands: callsOf(session, /\bsession\.run(?:_always)?\(/g).map((words) => ({ words, isIgnored: false })),
    needs: callsOf(session, /\bsession\.notify\(/g).flat(),
    installs: callsOf(session, /\bsession\.install\(/g).flat(),
  }));
  const all = parts.map(({ target }) => target);
  return [...parts, { target: usualTarget, commands: [], installs: [], needs: all }];
}

/** The name of a session: the one that its decorator gives, else that of its function. */
function nameOf(session: string, before: string): string {
  const decorator = before.slice(before.lastIndexOf("@")).slice(0, 500);
  const [, given] = /\bname\s{0,9}=\s{0,9}["']([^"'\n]*)["']/.exec(decorator) ?? [];
  return given ?? /^def\s{1,9}(\w+)/.exec(session)?.[1] ?? "?";
}

/** The arguments of each call that a pattern finds. */
function callsOf(text: string, begins: RegExp): readonly (readonly string[])[] {
  return [...text.matchAll(begins)].map(({ index, 0: begin }) =>
    wordsOf(argumentsAt(text, index + begin.length)),
  );
}

/** The text up to the bracket that closes the call. */
function argumentsAt(text: string, start: number): string {
  let depth = 1;
  for (const { 0: token, index } of text.slice(start, start + 5000).matchAll(/"[^"\n]*"|'[^'\n]*'|[()]/g)) {
    if (token === "(") depth++;
    if (token === ")") depth--;
    if (depth === 0) return text.slice(start, start + index);
  }
  return "";
}

function wordsOf(body: string): readonly string[] {
  const parts = body.match(/(?:"[^"\n]*"|'[^'\n]*'|\([^()]*\)|\[[^[\]]*\]|\{[^{}]*\}|[^,"'([{])+/g) ?? [];
  return parts.flatMap((part) => {
    const text = part.trim();
    // What a person adds, and how the program runs, are no arguments.
    if (text === "" || /^\*session\.posargs$|^\w+\s*=/.test(text)) return [];
    return /^(["'])(.*)\1$/s.exec(text)?.[2] ?? unknownWord;
  });
}
