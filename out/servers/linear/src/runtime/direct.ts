import type { IncomingHttpHeaders } from 'node:http';
import { classifyInboundRequest } from '@modelcontextprotocol/server';
import { type Application, callTool, type Exchange, knowsTool, type ToolCall } from './application.ts';
import type { Client } from './client.ts';
import { isRecord, stringifyExact } from './json.ts';
import type { Piece, Pieces } from './pieces.ts';
import { cacheHint, legacyVersions, modernVersion } from './protocol.ts';
import type { ToolResult } from './result.ts';
import type { View } from './views.ts';

/** A request that has nothing unusual about it. */
export interface Plain {
  readonly era: 'modern' | 'legacy';
  readonly id: string | number;
  /** undefined: tools/list. */
  readonly call: ToolCall | undefined;
}

const protocolMeta = 'io.modelcontextprotocol/';

/**
 * The short way for the two requests that make up nearly all of a server's work: tools/list and tools/call in the
 * exact form that clients send. What the SDK does for one of them (a server with its handlers, several schemas over the same
 * message, an abort controller, web requests and responses) costs several times the call itself. Anything that is
 * not of that form is left to the SDK, which alone decides about errors. The differential test holds both ways to the same bytes.
 */
export function createDirect(application: Application) {
  const serverInfo = {
    name: application.name,
    title: application.title,
    version: application.version,
  };
  const listTail = {
    legacy: '}',
    modern: `,${JSON.stringify({ resultType: 'complete', ...cacheHint, _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo } }).slice(1)}`,
  };
  // Those that the SDK has taken: clients send the same one with every request.
  const envelopes: object[] = [];

  function isGoodEnvelope(body: unknown, envelope: object): boolean {
    if (envelopes.some((known) => isSame(known, envelope))) return true;
    const route = classifyInboundRequest({ httpMethod: 'POST', protocolVersionHeader: modernVersion, body });
    if (route.kind !== 'modern') return false;
    if (envelopes.length >= 64) envelopes.shift();
    envelopes.push(envelope);
    return true;
  }

  /** The era of a request by its headers and `_meta`; undefined: not for us. */
  function eraOf(
    body: unknown,
    method: string,
    params: Readonly<Record<string, unknown>>,
    headers: IncomingHttpHeaders,
  ): Plain['era'] | undefined {
    const version = headers['mcp-protocol-version'];
    const meta = params._meta;
    if (meta === undefined || (isRecord(meta) && !hasProtocolMember(meta))) {
      if (version !== undefined && !(typeof version === 'string' && legacyVersions.includes(version)))
        return undefined;
      return meta === undefined || isProgressToken(meta.progressToken) ? 'legacy' : undefined;
    }
    if (!isRecord(meta) || meta[`${protocolMeta}protocolVersion`] !== modernVersion) return undefined;
    if (version !== modernVersion || headers['mcp-method'] !== method) return undefined;
    if (method === 'tools/call' && headers['mcp-name'] !== params.name) return undefined;
    const { progressToken } = meta;
    if (!isProgressToken(progressToken)) return undefined;
    // The token is another one with each call.
    const envelope = progressToken === undefined ? meta : { ...meta, progressToken: undefined };
    return isGoodEnvelope(body, envelope) ? 'modern' : undefined;
  }

  return {
    /** Reads a request; undefined: it is for the SDK. */
    read(body: unknown, headers: IncomingHttpHeaders): Plain | undefined {
      if (!isRecord(body) || !hasOnly(body, messageMembers) || body.jsonrpc !== '2.0') return undefined;
      const { id, method, params = noParams } = body;
      if (typeof id !== 'string' && !(typeof id === 'number' && Number.isSafeInteger(id))) return undefined;
      if (!isRecord(params)) return undefined;
      if (method === 'tools/list') {
        const era = hasOnly(params, listMembers) ? eraOf(body, method, params, headers) : undefined;
        return era && { era, id, call: undefined };
      }
      if (method !== 'tools/call' || !hasOnly(params, callMembers)) return undefined;
      const { name, arguments: args = noParams } = params;
      if (typeof name !== 'string' || !isRecord(args) || Object.hasOwn(args, '__proto__')) return undefined;
      const era = eraOf(body, method, params, headers);
      return era && { era, id, call: { name, arguments: args, meta: params._meta } };
    },

    /** Whether `answer` can answer it. */
    knows: ({ call }: Plain, view: View): boolean => call === undefined || knowsTool(view, call.name),

    /** The body of the answer. */
    async answer({ era, id, call }: Plain, view: View, exchange: Exchange, client: Client): Promise<Pieces> {
      const end = `,"jsonrpc":"2.0","id":${JSON.stringify(id)}}`;
      if (call === undefined) return ['{"result":{"tools":', view.bytes, listTail[era], end];
      const result = await callTool(application, call, exchange, client);
      if (result === undefined) throw new Error(`the tool ${call.name} is gone`);
      return era === 'legacy' ? written(result, '}', end) : written(stamped(result), modernEnd, end);
    },
  };

  /** With what the newest revision wants in every result. */
  function stamped(result: ToolResult): ToolResult {
    // The result is this call's own, and is gone after it: to copy it costs more than to change it.
    result._meta['io.modelcontextprotocol/serverInfo'] = serverInfo;
    return result;
  }
}

const modernEnd = ',"resultType":"complete"}';

/** The members in the order in which the SDK writes them. */
function written({ _meta, content, structuredContent, isError }: ToolResult, ...end: string[]): Pieces {
  const pieces: Piece[] = [];
  let text = `{"result":{"_meta":${stringifyExact(_meta)},"content":[`;
  content.forEach((one, index) => {
    if (index > 0) text += ',';
    if (one.type !== 'utf8') {
      text += JSON.stringify(one);
      return;
    }
    pieces.push(`${text}{"type":"text","text":"`, { quoted: one.bytes });
    text = '"}';
  });
  text += ']';
  if (structuredContent !== undefined) text += `,"structuredContent":${stringifyExact(structuredContent)}`;
  if (isError !== undefined) text += `,"isError":${isError}`;
  pieces.push(text + end.join(''));
  return pieces;
}

/** Whether two values of JSON.parse are the same but for the order of members. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [members, others] = [
    one as Readonly<Record<string, unknown>>,
    other as Readonly<Record<string, unknown>>,
  ];
  const names = Object.keys(members);
  if (names.length !== Object.keys(others).length) return false;
  return names.every((name) => Object.hasOwn(others, name) && isSame(members[name], others[name]));
}

const noParams: Readonly<Record<string, unknown>> = {};
const messageMembers = new Set(['jsonrpc', 'id', 'method', 'params']);
const listMembers = new Set(['_meta']);
const callMembers = new Set(['name', 'arguments', '_meta']);

function hasOnly(value: object, members: ReadonlySet<string>): boolean {
  for (const name in value) if (!members.has(name)) return false;
  return true;
}

function hasProtocolMember(meta: object): boolean {
  for (const name in meta) if (name.startsWith(protocolMeta)) return true;
  return false;
}

function isProgressToken(token: unknown): boolean {
  return token === undefined || typeof token === 'string' || Number.isSafeInteger(token);
}
