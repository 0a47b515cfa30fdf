import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSchema, getNamedType, isLeafType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { hasErrors } from '../../src/model/diagnostic.ts';
import type { HoleExtension } from '../../src/model/document.ts';
import { expandGraphql } from '../../src/sources/graphql/expand.ts';
import { operationsOf } from '../support/graphql.ts';
import { prune } from '../support/prune.ts';
import { expandFiles } from './expand.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fullSdl = join(root, '../shared/linear/schema.graphql');
const hasFullSdl = existsSync(fullSdl);
if (!hasFullSdl) {
  console.warn(
    'skipped: ../shared/linear/schema.graphql is absent, so specs/linear is not checked against the full SDL',
  );
}

const HEADER = `# The part of Linear's public GraphQL schema that these operations use: names and types, without descriptions.
# Made from the full schema by \`UPDATE=1 npx vitest run test/graphql/linear.test.ts\`.

`;
const folder = join(root, 'specs/linear');
const operationFiles = readdirSync(folder)
  .filter((name) => name.endsWith('.graphql') && name !== 'schema.graphql')
  .sort();

async function expandLinear(schema?: string) {
  const document = parseYaml(readFileSync(join(root, 'specs/linear.yaml'), 'utf8'));
  if (schema !== undefined) {
    document['x-mcpgen'].graphql.schema = schema;
    document['x-mcpgen'].graphql.operations = operationFiles.map((name) => `linear/${name}`);
  }
  const origins = new Map([['', { file: 'specs/linear.yaml', pointer: '' }]]);
  return expandGraphql({ document, origins, inputs: [] }, { cwd: root });
}

describe('specs/linear.yaml', () => {
  it('has no errors and no warnings against its own SDL', async () => {
    const { value, diagnostics } = await expandLinear();
    expect(diagnostics).toEqual([]);
    expect(Object.keys(value?.document.paths ?? {}).length).toBeGreaterThanOrEqual(40);
  });

  it('has the commands that teams type today', async () => {
    const { value } = await expandLinear();
    const ids = Object.keys(value?.document.paths ?? {}).map((path) => path.split('#')[1]);
    expect(ids).toEqual(
      expect.arrayContaining([
        'listProjects',
        'listIssues',
        'listTeams',
        'getIssue',
        'getIssueByIdentifier',
        'createIssue',
      ]),
    );
  });
});

describe('arguments that stand for several things', () => {
  const expanded = expandLinear();

  /** Which of the places of an argument a value fills, by JavaScript and by bash: both routes have to agree. */
  async function taken(id: string, argument: string, value: string) {
    const { value: source } = await expanded;
    const extension = operationsOf(source?.document ?? {}).find(
      (operation) => operation.id === id,
    )?.extension;
    const holes = (extension?.bindings ?? []).flatMap(({ at, value: parts }) =>
      parts.flatMap((part) => {
        const regex = (part as HoleExtension).match?.regex;
        return (part as HoleExtension).arg === argument && regex !== undefined
          ? [{ at: at.slice(3).join('.'), regex }]
          : [];
      }),
    );
    return holes.flatMap(({ at, regex }) => {
      const javascript = new RegExp(regex).exec(value)?.[1];
      const script = 'if [[ $1 =~ $2 ]]; then printf "+%s" "${BASH_REMATCH[1]}"; fi';
      const bash = execFileSync('bash', ['-c', script, 'bash', value, regex], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C' },
      });
      expect(bash, `${regex} on ${value}`).toBe(javascript === undefined ? '' : `+${javascript}`);
      return javascript === undefined ? [] : [at];
    });
  }

  it.each<[id: string, argument: string, value: string, place: string]>([
    ['listIssues', 'team', 'BAC', 'team.key.eqIgnoreCase'],
    ['listIssues', 'team', '', 'team.key.eqIgnoreCase'],
    ['listIssues', 'team', '9cfb482a-81e3-4154-b5b9-2c805e70a02d', 'team.id.eq'],
    ['listIssues', 'team', 'x-y', 'team.key.eqIgnoreCase'],
    ['getTeam', 'team', '9CFB482A-81e3', 'id.eq'],
    ['listIssues', 'project', 'Mobile app', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', '2026-07', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', '20260701a-b', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', '20260701-go', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', 'a-\nb', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', '-', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', 'Zoë-é', 'project.name.eqIgnoreCase'],
    ['listIssues', 'project', '9cfb482a-81e3-4154-b5b9-2c805e70a02d', 'project.id.eq'],
    ['listIssues', 'assignee', 'me', 'assignee.isMe.eq'],
    ['listIssues', 'assignee', '', 'assignee.displayName.eqIgnoreCase'],
    ['listIssues', 'assignee', 'm', 'assignee.displayName.eqIgnoreCase'],
    ['listIssues', 'assignee', 'mel', 'assignee.displayName.eqIgnoreCase'],
    ['listIssues', 'assignee', 'mo', 'assignee.displayName.eqIgnoreCase'],
    ['listIssues', 'assignee', 'e', 'assignee.displayName.eqIgnoreCase'],
    ['listIssues', 'assignee', 'Zoë Müller', 'assignee.displayName.eqIgnoreCase'],
    ['listIssues', 'assignee', 'me@example.com', 'assignee.email.eqIgnoreCase'],
    ['listIssues', 'assignee', '@', 'assignee.email.eqIgnoreCase'],
  ])('%s --%s %j fills exactly %s', async (id, argument, value, place) => {
    expect(await taken(id, argument, value)).toEqual([place]);
  });
});

describe.skipIf(!hasFullSdl)('specs/linear against the full SDL', () => {
  it('is valid and uses nothing deprecated', async () => {
    const { diagnostics } = await expandLinear(fullSdl);
    expect(diagnostics).toEqual([]);
    expect(hasErrors(diagnostics)).toBe(false);
  });

  it('carries exactly the pruned SDL', () => {
    const documents = operationFiles.map((name) => parse(readFileSync(join(folder, name), 'utf8')));
    const pruned =
      HEADER +
      prune(buildSchema(readFileSync(fullSdl, 'utf8')), documents, (_type, _field, description) => {
        return !/^\[(internal|alpha|deprecated)/i.test(description);
      });
    const file = join(folder, 'schema.graphql');
    if (process.env.UPDATE === '1') writeFileSync(file, pruned);
    expect(readFileSync(file, 'utf8')).toBe(pruned);
  });

  it('of which every query and mutation can become an operation', async () => {
    const sdl = readFileSync(fullSdl, 'utf8');
    const schema = buildSchema(sdl);
    const operations = [schema.getQueryType(), schema.getMutationType()].flatMap((root) =>
      Object.values(root?.getFields() ?? {}).map((field) => {
        const kind = root === schema.getMutationType() ? 'mutation' : 'query';
        const variables = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
        const args = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
        const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
        return args === ''
          ? `${kind} ${kind}_${field.name} { ${field.name} ${selection} }`
          : `${kind} ${kind}_${field.name}(${variables}) { ${field.name}(${args}) ${selection} }`;
      }),
    );
    const result = await expandFiles({ 'ops/all.graphql': operations.join('\n'), 'schema.graphql': sdl });
    expect(result.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    const expandedAll = operationsOf(result.value?.document ?? {});
    expect(expandedAll).toHaveLength(operations.length);
    const offered = expandedAll.map(({ extension }) => extension.arguments?.length ?? 0);
    expect(offered.reduce((sum, count) => sum + count)).toBeGreaterThan(1000);
  });
});
