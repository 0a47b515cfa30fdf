import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { yamlText } from '../generators/quote/yaml.ts';
import { createLocate } from './build.ts';
import { type Diagnostic, hasErrors } from './model/diagnostic.ts';
import { type JsonObject, member, objectAt } from './model/json.ts';
import { createReporter, escapeControls, processStreams } from './report.ts';
import { readSpec } from './sources/read.ts';

export interface ImportOptions {
  /** File to write; undefined: standard output. */
  readonly output?: string | undefined;
  /** SDL file of the GraphQL API that the scripts call. */
  readonly schema?: string | undefined;
}

/**
 * `mcpgen import`: reads bash wrappers and prints one OpenAPI document of all their HTTP calls. The scripts are never run.
 * @returns exit status: 0; 1 errors, or nothing was found. A document is printed with errors too, as far as there is one
 */
export async function runImport(scripts: readonly string[], options: ImportOptions): Promise<number> {
  const reporter = createReporter(processStreams());
  const diagnostics: Diagnostic[] = [];
  const documents: JsonObject[] = [];
  for (const script of scripts) {
    const read = await readSpec(script, {
      editable: true,
      ...(options.schema === undefined ? {} : { schema: options.schema }),
    });
    diagnostics.push(...read.diagnostics);
    if (read.value !== undefined) documents.push(read.value.source.document);
  }
  reporter.diagnostics(diagnostics, createLocate());
  const [first, ...rest] = documents;
  if (first === undefined) return 1;
  const document = rest.reduce(merge, first);
  const text = yamlText(document, heading(scripts, options.output, document));
  if (options.output === undefined) reporter.raw(text);
  else {
    mkdirSync(dirname(options.output), { recursive: true });
    writeFileSync(options.output, text);
  }
  const found = Object.keys(paths(document)).length > 0;
  return hasErrors(diagnostics) || !found ? 1 : 0;
}

/** What stands above the document for its new owner: what it was made from, what keeps operations from being generated, and how that is mended. */
function heading(scripts: readonly string[], output: string | undefined, document: JsonObject): string {
  const all = Object.values(paths(document)).flatMap((item) => Object.values(item as JsonObject));
  const open = all.flatMap((operation) => {
    const extension = objectAt(operation as JsonObject, 'x-mcpgen');
    const messages = member(extension, 'diagnostics');
    const origin = objectAt(extension, 'origin');
    const name = String(member(extension, 'name') ?? member(operation, 'operationId'));
    return (Array.isArray(messages) ? messages : []).map(
      (one) =>
        `  ${name} (${origin.file}:${origin.line}): ${member(one, 'message')} [${member(one, 'code')}]`,
    );
  });
  const from = escapeControls(
    `What ${scripts.join(', ')} sends, as OpenAPI 3.1. Written once by \`mcpgen import\`; this file is yours to change.`,
  );
  const build = `mcpgen build ${output ?? 'FILE'}`;
  if (open.length === 0) return `${from}\nNext: ${build}`;
  return [
    from,
    '',
    'To be mended, and not generated before:',
    ...open,
    'Correct the request in the operation (a GraphQL query stands under `x-mcpgen.bindings`), delete its entry under',
    `\`x-mcpgen.diagnostics\`, then: ${build}`,
    '`mcpgen explain CODE` says more about a message.',
  ]
    .map((line) => escapeControls(line))
    .join('\n');
}

/** Adds the operations and security schemes of a second document. A path that both have gets a fragment, which is never sent. */
function merge(document: JsonObject, other: JsonObject): JsonObject {
  const merged = new Map(Object.entries(paths(document)));
  for (const [path, item] of Object.entries(paths(other))) {
    let key = path;
    for (let count = 2; merged.has(key); count++) key = `${path}${path.includes('#') ? '-' : '#'}${count}`;
    merged.set(key, item);
  }
  const components = {
    ...objectAt(document, 'components'),
    ...objectAt(other, 'components'),
    securitySchemes: {
      ...objectAt(objectAt(other, 'components'), 'securitySchemes'),
      ...objectAt(objectAt(document, 'components'), 'securitySchemes'),
    },
  };
  return { ...document, paths: Object.fromEntries(merged), components };
}

function paths(document: JsonObject): JsonObject {
  return objectAt(document, 'paths');
}
