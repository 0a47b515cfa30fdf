import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';

/**
 * Holds values against published types, by the compiler: a member that the type does not have is an error, as for a server that validates strictly.
 * @param values TypeScript that names a type (`import('module').Type`) and the value it is for
 * @returns what the compiler says
 */
export function typeErrors(values: readonly { readonly type: string; readonly value: unknown }[]): string[] {
  mkdirSync('.cache', { recursive: true });
  // Below the repository, so that packages are found.
  const folder = mkdtempSync(resolve('.cache/types-'));
  try {
    const file = join(folder, 'check.ts');
    const lines = values.map(
      ({ type, value }, index) => `export const value${index}: ${type} = ${JSON.stringify(value)};`,
    );
    writeFileSync(file, lines.join('\n'));
    const program = ts.createProgram([file], {
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2022,
      types: [],
    });
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
