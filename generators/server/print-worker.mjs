// The thread in which ts-morph prints the tools: it holds a compiler, which is loaded while the rest of a build still reads.
import { parentPort } from 'node:worker_threads';
import tsMorph from 'ts-morph';

const { IndentationText, Project, QuoteKind, StructureKind, VariableDeclarationKind } = tsMorph;

/**
 * ts-morph would write every value character by character, indent it by its own taste and parse it: it gets only a number
 * between two of these, and the value takes its place afterwards. Quoted strings and comments never hold this character.
 */
const mark = '\u2028';

function printFile(project, { path, statements }) {
  const values = [];
  const standIn = (value) => {
    // A part that begins on a line of its own leaves no space at the end of the one before.
    values.push(value.replaceAll(' \n', '\n'));
    return `${mark}${values.length - 1}${mark}`;
  };
  const structures = statements.map((statement) => structureOf(statement, standIn));
  const text = project.createSourceFile(path, { statements: structures }).getFullText();
  return text.replace(/( ?)\u2028(\d+)\u2028/g, (_, space, index) => {
    const value = values[Number(index)] ?? '';
    return value.startsWith('\n') ? value : space + value;
  });
}

/** What ts-morph takes for a statement of `structures.ts`. */
function structureOf(statement, standIn) {
  switch (statement.kind) {
    case 'import': {
      const { names, from, isTypeOnly } = statement;
      return {
        kind: StructureKind.ImportDeclaration,
        namedImports: names,
        moduleSpecifier: from,
        isTypeOnly,
      };
    }
    case 'namespace-import': {
      const { name, from } = statement;
      return { kind: StructureKind.ImportDeclaration, namespaceImport: name, moduleSpecifier: from };
    }
    case 'constant': {
      const { name, type, isExported, comment, value } = statement;
      return {
        kind: StructureKind.VariableStatement,
        leadingTrivia: comment === undefined ? '\n' : `\n${standIn(comment)}\n`,
        isExported,
        declarationKind: VariableDeclarationKind.Const,
        declarations: [{ name, ...(type === undefined ? {} : { type }), initializer: standIn(value) }],
      };
    }
    case 'interface': {
      const { name, members } = statement;
      // One property in the place of all: what stands for them is a name for ts-morph, and the last semicolon is its own.
      return {
        kind: StructureKind.Interface,
        isExported: true,
        name,
        properties: [{ name: standIn(members) }],
      };
    }
    case 'alias':
      return { kind: StructureKind.TypeAlias, isExported: true, name: statement.name, type: statement.type };
    case 'function': {
      const { name, parameters, returnType, comment, value } = statement;
      return {
        kind: StructureKind.Function,
        isExported: true,
        name,
        parameters,
        returnType,
        leadingTrivia: `${standIn(comment)}\n`,
        statements: [`return ${standIn(value)};`],
      };
    }
  }
}

parentPort.on('message', ({ id, question }) => {
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    manipulationSettings: { indentationText: IndentationText.TwoSpaces, quoteKind: QuoteKind.Single },
  });
  parentPort.postMessage({ id, answer: question.map((file) => printFile(project, file)) });
});
