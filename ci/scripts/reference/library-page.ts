import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import ts from "typescript";

const face = "pipelines/index.ts";

const intro = `# Library

Made from the code by \`npm run generate\`. A Dagger module of your own imports these names from \`pipelines/index.ts\`, and the classes
of \`modules/NAME/src/index.ts\`. Every other path may move in any version. [How](../add-a-tool.md).
`;

/**
 * Writes the page that lists the library's declarations. Its last line has a digest of the changelog's part about the
 * library.
 *
 * @param before the page as it is in the repository; empty if it does not exist
 * @throws an error if the declarations changed and CHANGELOG.md does not say so
 */
export function libraryPage(root: URL, before: string, changelog: string): string {
  const parts = exportsOf(root).map(({ name, about, shape }) =>
    [`## ${name}`, ...(about === "" ? [] : [about]), `\`\`\`ts\n${shape}\n\`\`\``].join("\n\n"),
  );
  const remembered = `<!-- Library in CHANGELOG.md: ${digestOf(changesIn(changelog))} -->`;
  const page = `${[intro.trimEnd(), ...parts, remembered].join("\n\n")}\n`;
  if (before.trimEnd().endsWith(remembered) && surfaceOf(before) !== surfaceOf(page)) {
    throw new Error(
      `${face} offers something else than before: say so in CHANGELOG.md, under "### Library".`,
    );
  }
  return page;
}

/** Returns the declarations on a page, without comments. */
function surfaceOf(page: string): string {
  const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  return blocks.join("\n").replaceAll(/\/\*\*[\s\S]*?\*\/\s*|\/\/.*/g, "");
}

/** Returns the part about the library in the newest version of CHANGELOG.md. */
function changesIn(changelog: string): string {
  const [, newest = ""] = /^## [^\n]*\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog) ?? [];
  const [, part] = /^### Library\n([\s\S]*?)(?=^### |$(?![\s\S]))/m.exec(newest) ?? [];
  if (part === undefined)
    throw new Error('CHANGELOG.md has no heading "### Library" under its newest version.');
  return part.trim();
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

interface Exported {
  readonly name: string;
  readonly about: string;
  readonly shape: string;
}

type Declaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration;

function exportsOf(root: URL): readonly Exported[] {
  return parsed(root, face)
    .statements.filter(ts.isExportDeclaration)
    .flatMap(({ moduleSpecifier, exportClause }) => {
      if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return [];
      if (!exportClause || !ts.isNamedExports(exportClause)) return [];
      const path = new URL(moduleSpecifier.text, new URL(face, root));
      const file = parsed(root, path.href.slice(root.href.length));
      return exportClause.elements.map(({ name }) => exported(file, name.text));
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function parsed(root: URL, path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(new URL(path, root), "utf8"), ts.ScriptTarget.ES2022, true);
}

function exported(file: ts.SourceFile, name: string): Exported {
  const declaration = file.statements.filter(isDeclaration).find((each) => each.name?.text === name);
  if (declaration === undefined)
    throw new Error(`${face} exports ${name}, which ${file.fileName} does not declare.`);
  return { name, about: aboutOf(declaration), shape: shapeOf(declaration) };
}

function isDeclaration(node: ts.Statement): node is Declaration {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

/** Returns the first paragraph of the documentation. */
function aboutOf(node: ts.Node): string {
  const [doc] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(doc?.comment) ?? "";
  return (text.split(/\n\s*\n/)[0] ?? "").replaceAll(/\s+/g, " ");
}

/** Returns a declaration without its implementation: no body of a function, no methods of a class. */
function shapeOf(node: Declaration): string {
  if (ts.isFunctionDeclaration(node)) return withoutBody(node);
  if (!ts.isClassDeclaration(node)) return node.getText().replace(/^export /, "");
  const heritage = node.heritageClauses?.map((each) => ` ${each.getText()}`).join("") ?? "";
  const members = node.members.filter(
    (each) => ts.isConstructorDeclaration(each) || ts.isPropertyDeclaration(each),
  );
  return [
    `class ${node.name?.text}${heritage} {`,
    ...members.map((each) => `  ${withoutBody(each)}`),
    "}",
  ].join("\n");
}

function withoutBody(node: ts.Node & { readonly body?: ts.Node }): string {
  const text = node.getText();
  const head = node.body === undefined ? text : text.slice(0, node.body.getStart() - node.getStart());
  return head.trimEnd().replace(/^export /, "");
}
