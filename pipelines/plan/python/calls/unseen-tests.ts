import { programOf } from "./runners.ts";
import { unknownWord } from "./shell-tokens.ts";

/** The tool of a call that may run tests, in a way that is not known. */
export const unseenTests = "unseen tests";

/** A script that may run tests. */
export const mayTest = `${unknownWord} pytest`;

const mention =
  /(?:^|[\s"'`(/=&|;$<])(?:pytest|py\.test|tox|nox|run_?tests?(?:\.(?:py|sh))?|(?:\w{0,40}manage\.py|django-admin)\s{1,9}test|unittest|(?:make|just|hatch)\s{1,9}[\w-]*test[\w-]*)(?=$|[\s"'`)&|;$])/;

/** Whether the input of an action or a task is a command of tests. */
export function takesTests(input: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(input).some(
    ([name, value]) =>
      /run|command|cmd|script|args|target|task/i.test(name) &&
      typeof value === "string" &&
      mention.test(value),
  );
}

/** An expression of a pipeline that stands for a whole command. */
const chosen = /^\$\{\{[^{}]{0,200}(?:test|cmd|command|run|script|session|task)/i;

/** Programs that install, read, move or print what they name, and run none of it. */
const harmless =
  /^(?:pip[\d.]*|pipx|uv|poetry|pdm|pipenv|conda|mamba|micromamba|apt|apt-get|apk|brew|yum|dnf|npm|echo|printf|cat|cp|mv|rm|mkdir|ls|chmod|chown|touch|ln|git|gh|grep|sed|awk|head|tail|export|coverage|codecov|test|\[\[?|curl|wget|tar|zip|unzip|cd|which|type|true|exit|diff|jq|for|case)$/;

/** Whether a command may run tests, if it is no call of a runner that is known. */
export function mayRunTests(words: readonly string[]): boolean {
  const [first = ""] = words;
  const text = words.join(" ");
  if (chosen.test(first)) return true;
  if (!mention.test(text) || words.some((word) => /^(?:--version|-V|--help|-h)$/.test(word))) return false;
  // A file that is written here may be a script.
  if (words.some((word) => word.startsWith("<<") && mention.test(word))) return true;
  const isValue = /^[:?+]?=$/.test(words[1] ?? "") || words.every((word) => /^@?\w+[:?+]?=/.test(word));
  if (isValue && !text.includes("$(")) return false;
  const { name = first, args = [] } = programOf(words) ?? {};
  if (words.includes("-c") && /^python[\d.]*$/.test(name)) return /\b(?:pytest|unittest)\.main\b/.test(text);
  if (name === "docker" && /^(?:build|buildx|pull|push|tag|login|cp|save|load|rm|logs)$/.test(args[0] ?? ""))
    return false;
  return !harmless.test(name) || (/^(?:conda|mamba|micromamba)$/.test(name) && args[0] === "run");
}
