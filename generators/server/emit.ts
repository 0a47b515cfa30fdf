import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { diagnostic } from '../../src/model/codes.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { OutputFile } from '../../src/model/file.ts';
import { exactJson, type JsonObject } from '../../src/model/json.ts';
import type { OperationPlan, Plan } from '../../src/model/plan.ts';
import { toolEntry } from '../../src/model/tool.ts';
import { packageRoot, readAsset } from '../assets.ts';
import { propertyKey, quoteJson, quoteString } from '../quote/typescript.ts';
import { call, type Doc, group, print } from './layout.ts';
import { readme } from './readme.ts';
import { serverOf } from './sending.ts';
import { generatedNote } from './structures.ts';
import { groupsOf, printTools } from './tools.ts';
import { printTypes } from './types.ts';

/** The runtime's files, copied as they are. */
function runtimeFiles(): string[] {
  return readdirSync(join(packageRoot, 'generators/server/runtime'))
    .filter((name) => name.endsWith('.ts'))
    .sort();
}

/**
 * Writes the server of an API: `servers/<api>/**` without its manifest. Total: whatever can fail has failed in plan.
 * @param plan every name and choice made
 * @returns the files, the same for the same plan; a warning where types.ts cannot say what the API answers
 */
export async function emitServer(
  plan: Plan,
): Promise<{ readonly value: readonly OutputFile[]; readonly diagnostics: readonly Diagnostic[] }> {
  const folder = `servers/${plan.name}`;
  const file = (
    path: string,
    content: string,
    ownership: OutputFile['ownership'] = 'generated',
  ): OutputFile => ({
    path: `${folder}/${path}`,
    content,
    executable: false,
    ownership,
  });
  // In threads of their own, which work while the rest is printed here.
  const types = printTypes(plan.document, plan.operations);
  const sources = printTools(plan);
  const tools = [...groupsOf(plan.operations).values()].flat();
  const files = [
    file('package.json', packageJson(plan)),
    file('package-lock.json', lockfile(plan)),
    file('tsconfig.json', readAsset('server/templates/tsconfig.json')),
    file('Dockerfile', readAsset('server/templates/Dockerfile')),
    file('.dockerignore', '*\n!dist/server.mjs\n'),
    // Both are made from the other files.
    file('.gitignore', 'dist/\nnode_modules/\n'),
    file('README.md', readme(plan)),
    file('test/server.test.mjs', readAsset('server/templates/server.test.mjs')),
    file('src/main.ts', printMain(plan)),
    file('src/hooks.ts', readAsset('server/templates/hooks.ts.hbs'), 'once'),
    file('src/tools.json', toolsJson(tools)),
    file('src/text.d.ts', readAsset('server/templates/text.d.ts.hbs')),
  ];
  const runtime = runtimeFiles().map((name) =>
    file(`src/runtime/${name}`, readAsset(`server/runtime/${name}`)),
  );
  const [{ text, refused }, printed] = await Promise.all([types, sources]);
  const value = [
    ...files,
    ...printed.map((source) => file(`src/${source.path}`, source.text)),
    ...runtime,
    file('src/types.ts', `${generatedNote}${text}`),
  ];
  return {
    value,
    diagnostics: refused === undefined ? [] : [typesUnknown(plan, refused)],
  };
}

function typesUnknown({ name }: Plan, reason: string): Diagnostic {
  const why = reason.split('\n', 1).join('').slice(0, 200);
  return diagnostic(
    'types-unknown',
    `The answers of \`${name}\` have no types: openapi-typescript refuses the document (${why})`,
    {
      hint: 'The server works all the same; an overlay can rename what is odd',
    },
  );
}

/** tools.json: what tools/list answers, an entry a line, so that a diff shows which tool has changed. */
export function toolsJson(operations: readonly OperationPlan[]): string {
  return `[\n${operations.map((operation) => exactJson(toolEntry(operation))).join(',\n')}\n]\n`;
}

function packageJson(plan: Plan): string {
  return readAsset('server/templates/package.template.json').replaceAll(
    'mcpgen-server-template',
    packageName(plan),
  );
}

function lockfile(plan: Plan): string {
  return readAsset('server/templates/package-lock.template.json').replaceAll(
    'mcpgen-server-template',
    packageName(plan),
  );
}

function packageName(plan: Plan): string {
  return `${plan.name}-mcp-server`;
}

function printMain(plan: Plan): string {
  const credentials = plan.credentials.map((credential): Doc => {
    const { id, description: _, ...rest } = credential;
    return [`${propertyKey(id)}: `, quoteJson(rest as unknown as JsonObject)];
  });
  const api = call(
    'await serve',
    group(
      '{',
      [
        `name: ${quoteString(plan.name)}`,
        `title: ${quoteString(plan.title)}`,
        `version: ${quoteString(plan.version)}`,
        `description: ${quoteString(instructions(plan))}`,
        `env: ${quoteString(plan.envPrefix)}`,
        ['server: ', serverOf(plan.server)],
        ['credentials: ', group('{', credentials, '}')],
        `mode: ${quoteString(plan.toolMode)}`,
        'tools',
        'list',
        'hooks',
      ],
      '}',
    ),
  );
  return [
    generatedNote.trimEnd(),
    "import * as hooks from './hooks.ts';",
    "import { serve } from './runtime/serve.ts';",
    "import { tools } from './tools/index.ts';",
    "import list from './tools.json' with { type: 'text' };",
    '',
    `${print(api, 0, 0, 1)};`,
    '',
  ].join('\n');
}

/** What a model is told about the server as a whole. */
function instructions({ title, description }: Plan): string {
  const first =
    description
      .split(/\n\s*\n/)[0]
      ?.replace(/\s+/g, ' ')
      .trim() ?? '';
  const short = first.length > 300 ? `${first.slice(0, 297).trimEnd()}…` : first;
  return short === '' ? `Tools of ${title}.` : short;
}
