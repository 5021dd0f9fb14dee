import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";

/** The texts of an error as the source has them; `§` stands where a value goes. */
export interface ErrorText {
  readonly place: string;
  readonly messages: readonly string[];
  readonly remedies: readonly string[];
}

const makers = new Set(["SlipwayError", "codedError", "errorOf"]);

/** Every error that the source makes, by its two texts: what is wrong, and the way out. */
export async function errorTexts(): Promise<readonly ErrorText[]> {
  const found: ErrorText[] = [];
  for (const top of ["pipelines", "modules", "ci"]) {
    for (const name of await readdir(top, { recursive: true })) {
      if (!name.endsWith(".ts") || /node_modules|\/sdk\/|\.test\.ts$/.test(name)) continue;
      const path = join(top, name);
      found.push(...errorsIn(path, await readFile(path, "utf8")));
    }
  }
  return found;
}

export function errorsIn(path: string, source: string): readonly ErrorText[] {
  const file = ts.createSourceFile(path, source, ts.ScriptTarget.ES2022, true);
  const found: ErrorText[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && makers.has(node.expression.getText())) {
      const [, message, remedy] = node.arguments ?? [];
      const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
      const [messages, remedies] = [message, remedy].map((each) => (each ? variants(each) : []));
      found.push({ place: `${path}:${line}`, messages: messages ?? [], remedies: remedies ?? [] });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** The texts that an expression can give; none where a variable gives it. */
function variants(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isTemplateExpression(node)) {
    return [node.head.text + node.templateSpans.map(({ literal }) => `§${literal.text}`).join("")];
  }
  if (ts.isConditionalExpression(node)) return [...variants(node.whenTrue), ...variants(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return variants(node.expression);
  if (ts.isBinaryExpression(node)) {
    return variants(node.left).flatMap((left) => variants(node.right).map((right) => left + right));
  }
  return [];
}
