import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/json.ts';
import { expandGraphql } from '../../src/sources/graphql/expand.ts';
import { expandFiles, type Files, shown } from './expand.ts';

const op = (text: string): Files => ({ 'ops/a.graphql': text });
const DEFAULT = { path: '/graphql', schema: 'schema.graphql', operations: 'ops/*.graphql' };

describe('problems of operation files are told with their place and what was meant', () => {
  it.each<[title: string, files: Files, wanted: readonly string[]]>([
    [
      'a field in another word order',
      op('mutation m {\n  createIssue(input: {title: "a", teamId: "b"}) { success }\n}'),
      [
        'ops/a.graphql:2:3: error[graphql-unknown]: `createIssue` is not a field of `Mutation`; did you mean `issueCreate`?',
      ],
    ],
    [
      'a field with a verb that the API does without',
      op('query q { listIssues { nodes { id } } }'),
      [
        'ops/a.graphql:1:11: error[graphql-unknown]: `listIssues` is not a field of `Query`; did you mean `issues`?',
      ],
    ],
    [
      'a field with a typing error',
      op('query q { issue(id: "a") { titel } }'),
      [
        'ops/a.graphql:1:28: error[graphql-unknown]: `titel` is not a field of `Issue`; did you mean `title`?',
      ],
    ],
    [
      'a field that nothing is near to',
      op('query q { viewer { favouriteColour } }'),
      [
        'ops/a.graphql:1:20: error[graphql-unknown]: `favouriteColour` is not a field of `User`; `schema.graphql` has what there is',
      ],
    ],
    [
      'an argument',
      op('query q($n: Int) { issues(frist: $n) { nodes { id } } }'),
      [
        'ops/a.graphql:1:27: error[graphql-unknown]: `frist` is not an argument of `Query.issues`; did you mean `first`?',
      ],
    ],
    [
      'an input field',
      op('query q($k: String) { issues(filter: {titel: {eq: $k}}) { nodes { id } } }'),
      [
        'ops/a.graphql:1:39: error[graphql-unknown]: `titel` is not a field of the input `IssueFilter`; did you mean `title`?',
      ],
    ],
    [
      'an enum value in another word order',
      op('query q { issues(order: atCreated) { nodes { id } } }'),
      [
        'ops/a.graphql:1:25: error[graphql-unknown]: `atCreated` is not a value of the enum `Order`; did you mean `createdAt`?',
      ],
    ],
    [
      'an enum value that is written as text',
      op('query q { issues(order: "createdAt") { nodes { id } } }'),
      [
        'ops/a.graphql:1:25: error[graphql-unknown]: `"createdAt"` is not a value of the enum `Order`; values of an enum are written without quotes: `createdAt`',
      ],
    ],
    [
      'a type in another word order',
      op('query q($f: FilterIssue) { issues(filter: $f) { nodes { id } } }'),
      [
        'ops/a.graphql:1:13: error[graphql-unknown]: There is no type `FilterIssue`; did you mean `IssueFilter`?',
      ],
    ],
    [
      'a fragment',
      {
        'ops/a.graphql': 'query q { viewer { ...Peson } }\nquery r { viewer { ...Person } }',
        'ops/b.graphql': 'fragment Person on User { id }',
      },
      ['ops/a.graphql:1:23: error[graphql-unknown]: There is no fragment `Peson`; did you mean `Person`?'],
    ],
    [
      'an error inside a fragment of another file, once',
      {
        'ops/a.graphql': 'query q { viewer { ...Person } }\nquery r { viewer { ...Person } }',
        'ops/b.graphql': 'fragment Person on User { nmae }',
      },
      ['ops/b.graphql:1:27: error[graphql-unknown]: `nmae` is not a field of `User`; did you mean `name`?'],
    ],
    [
      'a variable that is not declared',
      op(
        'query q($first: Int) { issues(first: $frist, after: "a") { nodes { id } pageInfo { endCursor } } }',
      ),
      [
        'ops/a.graphql:1:38: error[graphql-variable]: The variable `$frist` is not declared by `q`; did you mean `$first`?',
        'ops/a.graphql:1:9: error[graphql-variable]: The variable `$first` of `q` is never used; use it or remove it: callers would be offered an argument that does nothing',
      ],
    ],
    [
      'a variable of the wrong type',
      op('query q($first: String) { issues(first: $first) { nodes { id } } }'),
      [
        'ops/a.graphql:1:9: error[graphql-invalid]: Variable `$first` of type `String` used in position expecting type `Int`',
      ],
    ],
    [
      'an anonymous operation',
      op('{ viewer { id } }'),
      [
        'ops/a.graphql:1:1: error[graphql-anonymous]: A query has no name; the name becomes the command and the tool: write `query listIssues …`',
      ],
    ],
    [
      'a subscription',
      op('subscription s { changed { id } }'),
      [
        'ops/a.graphql:1:1: error[graphql-subscription]: The subscription `s` cannot be one request; use a query; subscriptions need an open connection',
      ],
    ],
    [
      'two operations of one name in two files, with both places',
      { 'ops/a.graphql': 'query q { viewer { id } }', 'ops/b.graphql': '\nquery q { viewer { name } }' },
      [
        'ops/b.graphql:2:7: error[graphql-duplicate]: Two operations are called `q`; the first one stands at ops/a.graphql:1:1; rename one of them',
      ],
    ],
    [
      'two fragments of one name',
      op('query q { viewer { ...P } }\nfragment P on User { id }\nfragment P on User { name }'),
      [
        'ops/a.graphql:3:10: error[graphql-duplicate]: Two fragments are called `P`; the first one stands at ops/a.graphql:2:1; rename one of them',
      ],
    ],
    [
      'bad syntax, at its place, and what the other files have',
      { 'ops/a.graphql': 'query q {\n  viewer { id }\n', 'ops/b.graphql': 'query r { viewr { id } }' },
      [
        'ops/a.graphql:3:1: error[graphql-syntax]: Expected Name, found <EOF>',
        'ops/b.graphql:1:11: error[graphql-unknown]: `viewr` is not a field of `Query`; did you mean `viewer`?',
      ],
    ],
    [
      'selections that would exhaust the stack',
      op(`query q { ${'a {'.repeat(100_000)}`),
      ['ops/a.graphql:1:1: error[nested-too-deep]: The file is nested more than 500 levels deep'],
    ],
    [
      'an optional variable inside a list',
      op('query q($t: String) {\n  issues(filter: {or: [{title: {contains: $t}}]}) { nodes { id } }\n}'),
      [
        'ops/a.graphql:2:43: error[graphql-list-variable]: The optional variable `$t` stands inside a list; a list cannot leave an item out: make `$t` required, give it a default, or pass the whole list as one variable',
      ],
    ],
    [
      'an unknown tag in a comment',
      op('query q(\n  # @evn TEAM\n  $id: String!\n) { issue(id: $id) { id } }'),
      ['ops/a.graphql:2:3: error[graphql-comment]: `@evn` is not a tag of mcpgen; did you mean `@env`?'],
    ],
    [
      'tags that cannot be read',
      op('query q(\n  # @env a b\n  # @from other /x/\n  $id: String!\n) { issue(id: $id) { id } }'),
      [
        'ops/a.graphql:2:3: error[graphql-comment]: `a b` is no name of an environment variable; write `@env LINEAR_TEAM_ID`',
        'ops/a.graphql:3:3: error[graphql-comment]: `@from other /x/` cannot be read; write `@from ARGUMENT /REGEX/` with a group in REGEX, such as `@from assignee /^(.+@.+)$/`, or `uuid` or `!uuid` in its place',
      ],
    ],
  ])('%s', async (_title, files, wanted) => {
    const result = await expandFiles(files);
    expect(shown(result)).toEqual(wanted);
    expect(result.value).toBeUndefined();
  });
});

describe('warnings keep the value', () => {
  it.each<[title: string, files: Files, wanted: readonly string[]]>([
    [
      'something deprecated',
      op('query q { issue(id: "a") { old } }'),
      ['ops/a.graphql:1:28: warning[graphql-deprecated]: The field Issue.old is deprecated. gone'],
    ],
    [
      'a cursor without page info',
      op('query q($c: String) { issues(after: $c) { nodes { id } } }'),
      [
        'ops/a.graphql:1:23: warning[graphql-paging]: `issues` takes `after: $c`, but `pageInfo { hasNextPage endCursor }` is not selected; select it, so that callers can ask for the next page',
      ],
    ],
    [
      'a payload whose success is not asked for',
      op('mutation m { issueDelete(id: "a") { issue { id } } }'),
      [
        'ops/a.graphql:1:14: warning[graphql-success]: `issueDelete` says in `success` whether it worked, but the operation does not select it; select `success`: without it a refusal looks like an answer',
      ],
    ],
    [
      'a fragment that nobody uses',
      op('query q { viewer { id } }\nfragment P on User { id }'),
      ['ops/a.graphql:2:1: warning[graphql-unused]: No operation uses the fragment `P`'],
    ],
    [
      'a file without operations',
      { 'ops/a.graphql': 'query q { viewer { id } }', 'ops/b.graphql': '# later\n' },
      [
        'ops/b.graphql:1:1: warning[graphql-syntax]: The file holds no operation; write a named query or mutation, or remove the file',
      ],
    ],
  ])('%s', async (_title, files, wanted) => {
    const result = await expandFiles(files);
    expect(shown(result)).toEqual(wanted);
    expect(result.value).toBeDefined();
  });
});

describe('problems of the document', () => {
  const good = op('query q { viewer { id } }');
  const bad = 'write `graphql: {path: /graphql, schema: api/schema.graphql, operations: api/*.graphql}`';
  it.each<[title: string, files: Files, graphql: JsonObject, wanted: readonly string[]]>([
    [
      'an SDL file that is not there',
      { ...good, 'schema.graphql': '' },
      DEFAULT,
      [
        'api.yaml#/x-mcpgen/graphql/schema: error[graphql-schema-missing]: The SDL file `schema.graphql` cannot be read; the path is relative to the document; without `schema` the operations are not checked against the API',
      ],
    ],
    [
      'globs that match nothing',
      good,
      { ...DEFAULT, operations: ['queries/**/*.graphql', 'none.graphql'] },
      [
        'api.yaml#/x-mcpgen/graphql/operations: error[graphql-no-files]: No operation file matches `queries/**/*.graphql`, `none.graphql`; globs are relative to the document; `*` stands for anything but `/`',
      ],
    ],
    [
      'an SDL with a syntax error',
      { ...good, 'schema.graphql': 'type Query {\n  a: \n}' },
      DEFAULT,
      [
        'schema.graphql:3:1: error[graphql-schema-invalid]: Syntax Error: Expected Name, found `}`; the file must hold the type definitions of the API (SDL), neither operations nor an introspection result in JSON',
      ],
    ],
    [
      'an SDL that names an unknown type',
      { ...good, 'schema.graphql': 'type Query {\n  a: Nothing\n}' },
      DEFAULT,
      [
        'schema.graphql:2:6: error[graphql-schema-invalid]: Unknown type `Nothing`; the file must hold the type definitions of the API (SDL), neither operations nor an introspection result in JSON',
      ],
    ],
    [
      'an SDL without queries',
      { ...good, 'schema.graphql': 'type User {\n  id: ID\n}' },
      DEFAULT,
      [
        'schema.graphql:1:1: error[graphql-schema-invalid]: Query root type must be provided; the file must hold the type definitions of the API (SDL), neither operations nor an introspection result in JSON',
      ],
    ],
    [
      'an unknown key',
      good,
      { ...DEFAULT, shema: 'x' },
      [
        'api.yaml#/x-mcpgen/graphql/shema: error[x-mcpgen-invalid]: `x-mcpgen.graphql` has no key `shema`; did you mean `schema`?',
      ],
    ],
    [
      'values of the wrong kind',
      good,
      { path: 'graphql', schema: 1, operations: [] },
      [
        `api.yaml#/x-mcpgen/graphql/path: error[x-mcpgen-invalid]: \`x-mcpgen.graphql.path\` must be a path such as \`/graphql\`; ${bad}`,
        `api.yaml#/x-mcpgen/graphql/schema: error[x-mcpgen-invalid]: \`x-mcpgen.graphql.schema\` must be the path of a file; ${bad}`,
        `api.yaml#/x-mcpgen/graphql/operations: error[x-mcpgen-invalid]: \`x-mcpgen.graphql.operations\` must be a glob or a list of globs; ${bad}`,
      ],
    ],
  ])('%s', async (_title, files, graphql, wanted) => {
    const result = await expandFiles(files, graphql);
    expect(shown(result)).toEqual(wanted);
    expect(result.value).toBeUndefined();
  });

  it('a path that the document has already', async () => {
    const result = await expandFiles(good, DEFAULT, { paths: { '/graphql#q': {} } });
    expect(shown(result)).toEqual([
      'api.yaml#/paths/~1graphql#q: error[graphql-duplicate]: The document already has the path `/graphql#q`; rename the operation, or change it by an overlay',
    ]);
  });

  it('a fetched document does not reach files', async () => {
    const origins = new Map([['', { file: 'https://example.com/api.yaml', pointer: '' }]]);
    const document = { 'x-mcpgen': { graphql: { ...DEFAULT, operations: '/etc/*' } } };
    const result = await expandGraphql({ document, origins, inputs: [] }, { cwd: '/' });
    expect(shown(result)[0]).toContain('A fetched document cannot name files');
  });

  it('a document without the key stays as it is', async () => {
    const source = { document: { openapi: '3.1.0' }, origins: new Map(), inputs: [] };
    expect(await expandGraphql(source, { cwd: '/' })).toEqual({ value: source, diagnostics: [] });
  });
});

describe('without an SDL', () => {
  const graphql = { path: '/graphql', operations: 'ops/*.graphql' };
  it('variables and fragments are still checked', async () => {
    const result = await expandFiles(op('query q($a: Int) { x(b: $b) { ...F } }'), graphql);
    expect(shown(result).map((line) => line.split(';')[0])).toEqual([
      'ops/a.graphql:1:34: error[graphql-unknown]: There is no fragment `F`',
      'ops/a.graphql:1:25: error[graphql-variable]: The variable `$b` is not declared by `q`',
      'ops/a.graphql:1:9: error[graphql-variable]: The variable `$a` of `q` is never used',
    ]);
  });

  it('an optional variable inside an object is an error, a required one is not', async () => {
    const optional = await expandFiles(op('query q($a: Int) { x(f: {b: $a}) }'), graphql);
    expect(shown(optional)[0]).toMatch(/^ops\/a\.graphql:1:29: error\[graphql-needs-schema\]/);
    const required = await expandFiles(op('query q($a: Int!) { x(f: {b: $a}) }'), graphql);
    expect(required.diagnostics).toEqual([]);
  });
});
