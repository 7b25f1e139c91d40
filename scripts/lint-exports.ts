import { readFileSync } from "node:fs";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import ts from "typescript";

/**
 * `npm run lint:exports`: an exported name stands for one thing in the whole package.
 *
 * Exempt are tests and their helpers, which nobody imports by name from afar; generated files, whose names are the
 * document's; and examples, which are other people's code. A name that is exported again (`export { … } from`) is not
 * declared again, so it does not count.
 */
const root = join(import.meta.dirname, "..");
const files = globSync("{console,spec,mock,contract-tests,fixtures,cli,scripts}/**/*.{ts,tsx}", {
  cwd: root,
  ignore: ["**/generated/**", "**/*.{test,verify,test-helper,d}.ts"],
}).sort();

/** The names that a file declares and exports, each with the line of its first declaration. */
function exportsOf(file: string): Map<string, number> {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  const lines = new Map<string, number>();
  for (const statement of source.statements) {
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported) continue;
    const line = source.getLineAndCharacterOfPosition(statement.getStart(source)).line + 1;
    for (const name of namesOf(statement)) if (!lines.has(name)) lines.set(name, line);
  }
  return lines;
}

function namesOf(statement: ts.Statement): string[] {
  const declarations = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
  return declarations.flatMap((declaration) => {
    const name = (declaration as ts.NamedDeclaration).name;
    return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
  });
}

const places = new Map<string, string[]>();
for (const file of files) {
  for (const [name, line] of exportsOf(file)) places.set(name, [...(places.get(name) ?? []), `${file}:${line}`]);
}

const repeated = [...places].filter(([, where]) => where.length > 1);
for (const [name, where] of repeated) {
  console.error(`"${name}" is exported by ${where.join(" and ")}. Give one of them another name.`);
}
if (repeated.length > 0) process.exitCode = 1;
