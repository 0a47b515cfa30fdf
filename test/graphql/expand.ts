import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Result } from '../../src/model/diagnostic.ts';
import type { SourceDocument } from '../../src/model/document.ts';
import { type Json, type JsonObject, member } from '../../src/model/json.ts';
import { expandGraphql } from '../../src/sources/graphql/expand.ts';
import { type Expanded, operationsOf } from '../support/graphql.ts';

/** An API to write operations for. */
export const SDL = `
"""When something happened."""
scalar DateTime
scalar JSON
scalar JSONObject

enum Order { createdAt updatedAt "Old." manual @deprecated(reason: "use createdAt") }

input StringComparator { "Is the same. Really." eq: String contains: String in: [String!] }
input TeamFilter { key: StringComparator name: StringComparator }
input IssueFilter {
  title: StringComparator
  team: TeamFilter
  priority: Int
  at: DateTime
  and: [IssueFilter!]
  or: [IssueFilter!]
  meta: JSONObject
}
input IssueCreateInput { "The title. Short." title: String! teamId: String! labelIds: [String!] priority: Int = 3 old: String @deprecated }
input IssueUpdateInput { title: String priority: Int }
input Key @oneOf { id: ID number: Int }

interface Node { id: ID! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type User implements Node { id: ID! name: String! }
type Team implements Node { id: ID! key: String! issues(first: Int, after: String): IssueConnection! }
type Issue implements Node { id: ID! title: String! order: Order assignee: User labels: [String]! weight: Float meta: JSON old: String @deprecated(reason: "gone") }
type IssueConnection { nodes: [Issue!]! edges: [IssueEdge!]! pageInfo: PageInfo! }
type IssueEdge { node: Issue! cursor: String! }
union Found = Issue | Team | User
type Payload { success: Boolean! issue: Issue }

type Query {
  "Issues of all teams. Newest first."
  issues("How many. At most 250." first: Int = 50, after: String, filter: IssueFilter, order: Order): IssueConnection!
  issue(id: String!): Issue
  byKey(key: Key!): Issue
  team(id: String!): Team!
  search(term: String!, filters: [IssueFilter!], tags: [String]): [Found!]!
  node(id: ID!): Node
  viewer: User!
}
type Mutation {
  issueCreate(input: IssueCreateInput!): Payload!
  issueUpdate(id: String!, input: IssueUpdateInput!): Payload!
  issueDelete(id: String!): Payload!
}
type Subscription { changed: Issue }
`;

/** Files by path, relative to the folder of the document `api.yaml`. */
export type Files = { readonly [path: string]: string };

/**
 * Expands a document whose `x-mcpgen.graphql` is `{path: /graphql, schema: schema.graphql, operations: ops/*.graphql}` unless told otherwise.
 * @param files `schema.graphql` is SDL unless given; an empty text stands for a file that does not exist
 */
export async function expandFiles(
  files: Files,
  graphql: JsonObject = { path: '/graphql', schema: 'schema.graphql', operations: 'ops/*.graphql' },
  document: JsonObject = {},
): Promise<Result<SourceDocument>> {
  const folder = await mkdtemp(join(tmpdir(), 'mcpgen-graphql-'));
  try {
    for (const [path, text] of Object.entries({ 'schema.graphql': SDL, ...files })) {
      if (text === '') continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const origins = new Map([['', { file: 'api.yaml', pointer: '' }]]);
    const source = {
      document: { openapi: '3.1.0', paths: {}, ...document, 'x-mcpgen': { graphql } },
      origins,
      inputs: [],
    };
    return await expandGraphql(source, { cwd: folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Expands one operation, which must have no errors. */
export async function expandOne(
  text: string,
  sdl: string | undefined = SDL,
): Promise<Expanded & { source: SourceDocument }> {
  const graphql = {
    path: '/graphql',
    operations: 'ops/*.graphql',
    ...(sdl === '' ? {} : { schema: 'schema.graphql' }),
  };
  const { value, diagnostics } = await expandFiles(
    { 'ops/a.graphql': text, 'schema.graphql': sdl ?? '' },
    graphql,
  );
  const [operation] = operationsOf(value?.document ?? {});
  if (value === undefined || operation === undefined) throw new Error(JSON.stringify(diagnostics, null, 1));
  return { ...operation, source: value };
}

/** Diagnostics as people read them: `ops/a.graphql:1:9: error[graphql-unknown]: message; hint`. */
export function shown({ diagnostics }: Result<unknown>): string[] {
  return diagnostics.map(({ code, severity, message, hint, origin }) => {
    const place =
      origin === undefined
        ? ''
        : 'pointer' in origin
          ? `${origin.file}#${origin.pointer}`
          : `${origin.file}:${origin.line}:${origin.column}`;
    return `${place}: ${severity}[${code}]: ${message}${hint === undefined ? '' : `; ${hint}`}`;
  });
}

/** What stands in a document at a path of members. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((from, key) => member(from, key), value);
}

/** The schema of the JSON body of an operation. */
export const bodySchema = (operation: JsonObject): Json | undefined =>
  member(at(operation, 'requestBody.content'), 'application/json');

/** The schema of the JSON answer of an operation. */
export const answerSchema = (operation: JsonObject): Json | undefined =>
  at(member(at(operation, 'responses.200.content'), 'application/json'), 'schema');
