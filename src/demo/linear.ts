import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  buildSchema,
  type DocumentNode,
  execute,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import { packageRoot } from '../../generators/assets.ts';
import { type Context, resolveField, resolveType } from './linear/resolve.ts';
import { checkScalars } from './linear/scalars.ts';
import { seed } from './linear/seed.ts';

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What the stand-in answers whatever it is asked. */
export interface CannedAnswer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body: unknown;
}

/** Linear's answer when there were too many requests: HTTP 400 with a code of its own. */
export const RATE_LIMITED: CannedAnswer = {
  status: 400,
  headers: { 'X-RateLimit-Requests-Remaining': '0' },
  body: {
    errors: [
      {
        message: 'Rate limit exceeded. Only 1500 requests are allowed per 1 hour.',
        extensions: { type: 'ratelimited', code: 'RATELIMITED', statusCode: 429, userError: true },
      },
    ],
  },
};

/** A running stand-in. */
export interface LinearStandIn {
  /** Its origin, `http://127.0.0.1:…`; GraphQL is at `/graphql`. */
  readonly url: string;
  /** Every request so far, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Answers the next requests with this, before all checks. */
  readonly answerNext: (answer: CannedAnswer, times?: number) => void;
  /** Lets a field fail from now on: `Issue.assignee`. A field that may be null gives data with errors. */
  readonly breakField: (field: string) => void;
  /** Forgets all writes, requests, canned answers and broken fields. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

/**
 * Starts a stand-in for the Linear API on the loopback interface, with a small workspace in memory.
 * It checks the key, the document and the variables as the API does, and its ids and times are the same in every run.
 * @param options `sdl`: text of another SDL than that of specs/linear, such as Linear's full one; `port`: 0 or absent for a free one; `key`: the only
 * key that is accepted, absent for any
 */
export async function startLinear(
  options: { readonly sdl?: string; readonly port?: number; readonly key?: string } = {},
): Promise<LinearStandIn> {
  const schema = buildSchema(
    options.sdl ?? readFileSync(join(packageRoot, 'specs/linear/schema.graphql'), 'utf8'),
  );
  checkScalars(schema);
  const requests: RecordedRequest[] = [];
  const canned: CannedAnswer[] = [];
  const broken = new Set<string>();
  let state = seed();
  const answer = async (request: IncomingMessage): Promise<CannedAnswer> => {
    const { method = '', url = '', headers } = request;
    const recorded = { method, path: url, headers, body: await readBody(request) };
    requests.push(recorded);
    return (
      canned.shift() ??
      refused(recorded, options.key) ??
      graphqlAnswer(schema, recorded.body, { state, broken })
    );
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (given) => send(response, given),
      // The caller has gone away in the middle of the body.
      () => response.destroy(),
    );
  });
  await new Promise<void>((listening) => server.listen(options.port ?? 0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    answerNext: (answer, times = 1) => {
      for (let count = 0; count < times; count++) canned.push(answer);
    },
    breakField: (field) => void broken.add(field),
    reset: () => {
      state = seed();
      requests.length = 0;
      canned.length = 0;
      broken.clear();
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** What is refused before the GraphQL in it is looked at. */
function refused(request: RecordedRequest, key: string | undefined): CannedAnswer | undefined {
  const [path] = request.path.split('?');
  if (path !== '/graphql') return { status: 404, body: { error: 'Not found' } };
  if (request.method !== 'POST') {
    return { status: 405, headers: { Allow: 'POST' }, body: { error: 'Method not allowed' } };
  }
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return failure(
      400,
      'This operation has been blocked as a potential Cross-Site Request Forgery (CSRF)',
      'BAD_REQUEST',
    );
  }
  const given = request.headers.authorization ?? '';
  if (given === '' || (key !== undefined && given !== key)) {
    return failure(401, 'Authentication required, not authenticated', 'AUTHENTICATION_ERROR', {
      type: 'authentication error',
      userError: true,
      userPresentableMessage: 'You need to authenticate to access this operation.',
    });
  }
  return undefined;
}

async function graphqlAnswer(schema: GraphQLSchema, body: string, context: Context): Promise<CannedAnswer> {
  const input = jsonObject(body);
  if (input === undefined) return failure(400, 'The body is not a JSON object', 'BAD_REQUEST');
  const { query, variables = {}, operationName } = input;
  if (typeof query !== 'string')
    return failure(400, 'GraphQL operations must contain a non-empty `query`', 'BAD_REQUEST');
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    return failure(400, '`variables` in a POST body must be an object', 'BAD_REQUEST');
  }
  const document = checked(schema, query);
  if ('status' in document) return document;
  const variableValues = (variables ?? {}) as { [name: string]: unknown };
  const name = typeof operationName === 'string' ? operationName : undefined;
  const operation = getOperationAST(document, name);
  const coerced = getVariableValues(schema, operation?.variableDefinitions ?? [], variableValues);
  if (coerced.errors !== undefined) return errors(400, coerced.errors, 'BAD_USER_INPUT');
  const result = await execute({
    schema,
    document,
    variableValues,
    contextValue: context,
    fieldResolver: resolveField,
    typeResolver: (value) => resolveType(value),
    ...(name === undefined ? {} : { operationName: name }),
  });
  // As Linear does: errors of the resolvers are an answer, whatever they say.
  return {
    status: 200,
    body: result.errors === undefined ? { data: result.data } : { errors: result.errors, data: result.data },
  };
}

/** A document that the schema allows, or the answer to one that it does not. */
function checked(schema: GraphQLSchema, query: string): DocumentNode | CannedAnswer {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    const problem = error instanceof GraphQLError ? error : new GraphQLError(String(error));
    return errors(400, [problem], 'GRAPHQL_PARSE_FAILED');
  }
  const invalid = validate(schema, document);
  return invalid.length > 0 ? errors(400, invalid, 'GRAPHQL_VALIDATION_FAILED') : document;
}

function failure(status: number, message: string, code: string, more: object = {}): CannedAnswer {
  return { status, body: { errors: [{ message, extensions: { ...more, code, statusCode: status } }] } };
}

function errors(status: number, list: readonly GraphQLError[], code: string): CannedAnswer {
  const told = list.map((error) => ({
    message: error.message,
    locations: error.locations,
    extensions: { code, statusCode: status, userError: true },
  }));
  return { status, body: { errors: told } };
}

function jsonObject(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: CannedAnswer): void {
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  response.writeHead(answer.status, { 'Content-Type': 'application/json; charset=utf-8', ...answer.headers });
  response.end(body);
}
