import ts from "typescript";

/** An argument of a function of a Dagger module. */
export interface Argument {
  readonly name: string;
  readonly type: string;
  /** The default as it is in the source; for a constant of the file, its value. */
  readonly usual?: string;
  readonly required: boolean;
  readonly meaning: string;
}

/** A function of a Dagger module, or its constructor. */
export interface Declared {
  readonly name: string;
  readonly returns: string;
  readonly meaning: string;
  readonly arguments: readonly Argument[];
}

/** The public functions of a Dagger module, with their documentation. */
export interface Surface {
  readonly name: string;
  readonly meaning: string;
  readonly constructor_?: Declared;
  readonly functions: readonly Declared[];
}

/**
 * Reads the public functions of a module's source, as Dagger's SDK does: decorated classes and functions, docstrings.
 *
 * @param pins the text of the module's pins.ts, whose constants a default may name; default: empty
 */
export function surfaces(path: string, text: string, pins = ""): Surface[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const beside = ts.createSourceFile("pins.ts", pins, ts.ScriptTarget.ES2022, true);
  const constants = new Map([...constantsOf(beside), ...constantsOf(file)]);
  return file.statements
    .filter(ts.isClassDeclaration)
    .filter(isDecorated("object"))
    .map((each) => {
      const own = each.members.find(ts.isConstructorDeclaration);
      const functions = each.members.filter(ts.isMethodDeclaration).filter(isDecorated("func"));
      return {
        name: each.name?.text ?? "",
        meaning: docOf(each),
        ...(own && own.parameters.length > 0 ? { constructor_: declared(own, constants) } : {}),
        functions: functions.map((one) => declared(one, constants)),
      };
    });
}

function isDecorated(name: string) {
  return (node: ts.HasDecorators): boolean =>
    (ts.getDecorators(node) ?? []).some(
      ({ expression }) => ts.isCallExpression(expression) && expression.expression.getText() === name,
    );
}

function declared(
  node: ts.ConstructorDeclaration | ts.MethodDeclaration,
  constants: ReadonlyMap<string, string>,
): Declared {
  return {
    name: ts.isConstructorDeclaration(node) ? "" : node.name.getText(),
    returns: node.type?.getText().replace(/^Promise<(.*)>$/s, "$1") ?? "",
    meaning: [docOf(node), returnsOf(node)].filter((text) => text !== "").join("\n\n"),
    arguments: node.parameters.map((each) => argument(each, constants)),
  };
}

function argument(node: ts.ParameterDeclaration, constants: ReadonlyMap<string, string>): Argument {
  const [tag] = ts.getJSDocParameterTags(node);
  const usual = node.initializer?.getText();
  const isContextual = node.getFullText().includes("defaultPath");
  return {
    name: node.name.getText(),
    type: node.type?.getText() ?? "",
    ...(usual === undefined ? {} : { usual: constants.get(usual) ?? usual }),
    required: usual === undefined && node.questionToken === undefined && !isContextual,
    meaning: flat(ts.getTextOfJSDocComment(tag?.comment) ?? ""),
  };
}

/** Finds the constants that a default may name: `pins.image` of `const pins = { image: "…" }`. */
function constantsOf(file: ts.SourceFile): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const statement of file.statements.filter(ts.isVariableStatement)) {
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!initializer) continue;
      if (!ts.isObjectLiteralExpression(initializer)) found.set(name.getText(), initializer.getText());
      else {
        for (const property of initializer.properties.filter(ts.isPropertyAssignment)) {
          found.set(`${name.getText()}.${property.name.getText()}`, property.initializer.getText());
        }
      }
    }
  }
  return found;
}

function docOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(doc?.comment) ?? "";
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => (/^\s*- /m.test(paragraph) ? paragraph : flat(paragraph)))
    .join("\n\n");
}

function returnsOf(node: ts.Node): string {
  const tag = ts.getJSDocReturnTag(node);
  const text = flat(ts.getTextOfJSDocComment(tag?.comment) ?? "");
  return text === "" ? "" : `Returns ${text}.`;
}

function flat(text: string): string {
  return text.replace(/\s*\n\s*/g, " ").trim();
}
