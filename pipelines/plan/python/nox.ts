import type { Tree } from "#pipelines/plan/tree.ts";
import { join } from "#pipelines/text/path.ts";
import { isForDevelopment } from "./for-tests.ts";
import type { ProjectTables } from "./project.ts";
import { needsOf, noNeeds, type TestNeeds } from "./test-needs.ts";

/**
 * Reads what the sessions for tests in noxfile.py install. It is a program: only the literals in calls of
 * `session.install` are read.
 * https://nox.thea.codes/en/stable/tutorial.html#installing-dependencies
 */
export async function noxNeeds(tree: Tree, { folder }: ProjectTables): Promise<TestNeeds> {
  if (!tree.has(folder, "noxfile.py")) return noNeeds;
  const text = (await tree.read(join(folder, "noxfile.py"))).slice(0, 100_000);
  const sessions = text.split(/^(?=def\s+\w+\()/m).slice(1);
  const forTests = sessions.filter((session) => isForDevelopment(/^def\s+(\w+)/.exec(session)?.[1] ?? ""));
  const calls = forTests.flatMap((session) =>
    [...session.matchAll(/\bsession\.install\(([^()]*)\)/g)].map(([, body = ""]) => literals(body)),
  );
  return needsOf(tree, folder, calls.flatMap(joinFlags));
}

function literals(body: string): string[] {
  return [...body.matchAll(/(?<![\w"'])(["'])((?:(?!\1).)*)\1/g)].map(([, , text = ""]) => text);
}

/** Joins `-r` and the file behind it, as a line of a requirements file has them. */
function joinFlags(words: readonly string[]): string[] {
  return words.flatMap((word, index) => {
    if (/^(?:-r|-c|-e|--requirement|--constraint|--editable)$/.test(words[index - 1] ?? "")) return [];
    return /^-/.test(word) ? (words[index + 1] === undefined ? [] : [`${word} ${words[index + 1]}`]) : [word];
  });
}
