import {
  type AuthInfo,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  SUPPORTED_PROTOCOL_VERSIONS,
} from '@modelcontextprotocol/server';
import { type Application, callTool, type Exchange } from './application.ts';
import { clientOf } from './client.ts';
import { markBigints } from './json.ts';
import { protocolResult } from './result.ts';
import { nearest } from './validate.ts';

/** The stateless revision of the protocol. Older ones are those that the SDK knows. */
export const modernVersion = '2026-07-28';
export const legacyVersions: readonly string[] = SUPPORTED_PROTOCOL_VERSIONS;

/** The list changes with a new release of this server, and never while it runs. */
export const cacheHint = { ttlMs: 300_000, cacheScope: 'private' } as const;

/** Hides an exchange in the SDK's pass-through slot, where handlers find it again. */
export function authInfoOf(exchange: Exchange): AuthInfo {
  return { token: '', clientId: exchange.caller.name ?? '', scopes: [], extra: { exchange } };
}

function exchangeOf(authInfo: AuthInfo | undefined): Exchange | undefined {
  return authInfo?.extra?.exchange as Exchange | undefined;
}

/**
 * A protocol server of the SDK with this application's two handlers.
 * @param exchangeById the exchange of a request that brings none along, by the request's id
 */
export function createProtocolServer(
  application: Application,
  exchangeById: (id: string | number) => Exchange,
): Server {
  const server = new Server(
    { name: application.name, title: application.title, version: application.version },
    {
      capabilities: { tools: {} },
      ...(application.instructions === '' ? {} : { instructions: application.instructions }),
      supportedProtocolVersions: [...legacyVersions, modernVersion],
      cacheHints: { 'tools/list': cacheHint, 'server/discover': cacheHint },
    },
  );
  server.setRequestHandler('tools/list', (_request, context) => {
    const exchange = exchangeOf(context.http?.authInfo) ?? exchangeById(context.mcpReq.id);
    return { tools: application.viewOf(exchange.caller).list() };
  });
  server.setRequestHandler('tools/call', async (request, context) => {
    const exchange = exchangeOf(context.http?.authInfo) ?? exchangeById(context.mcpReq.id);
    const { name, arguments: args = {} } = request.params;
    const call = { name, arguments: args, meta: context.mcpReq._meta };
    const result = await callTool(application, call, exchange, clientOf(context.mcpReq.signal));
    // The SDK writes JSON of its own, which knows no bigint.
    if (result !== undefined) return markBigints(protocolResult(result));
    const close = nearest(name, application.viewOf(exchange.caller).tools.keys());
    const hint = close === undefined ? '' : `; did you mean ${close}?`;
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${name}${hint}`);
  });
  return server;
}
