import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type CallToolResult, CallToolResultSchema, McpError } from '@modelcontextprotocol/sdk/types.js';
import { exactJson, type Json } from '../model/json.ts';
import type { OperationPlan } from '../model/plan.ts';
import { resolveSchema, type Schema, type Schemas } from '../model/schema.ts';
import { type Environment, runCommand } from '../processes.ts';
import type { Values } from './sample.ts';

/** What a caller gets. */
export interface Answered {
  /** Whether the call counts as one that worked: exit status 0, or 8 for a partial answer. */
  readonly ok: boolean;
  /** The wrapper's exit status; absent for a tool call. */
  readonly status?: number;
  /** The answer's body. */
  readonly text: string;
  /** What went wrong, for people. */
  readonly message: string;
  /** Whether the call was refused before anything was sent. */
  readonly refused: boolean;
}

/** Makes one call of an operation. */
export type Caller = (operation: OperationPlan, values: Values) => Promise<Answered>;

/**
 * Calls by the wrapper, as an agent would.
 * @param wrapper path of the command
 * @param env its route, URLs and secrets
 */
export function wrapperCaller(wrapper: string, env: Environment, schemas: Schemas): Caller {
  return async (operation, values) => {
    const folder = mkdtempSync(join(tmpdir(), 'mcpgen-verify-'));
    try {
      const words = [operation.command, '--raw', ...commandLine(operation, values, schemas, folder)];
      const { status, stdout, stderr } = await runCommand(wrapper, words, { env, timeout: 60_000 });
      return {
        ok: status === 0 || status === 8,
        status,
        text: stdout,
        message: stderr.trim(),
        refused: status === 2,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

/** The words after the command: a flag per argument; bytes are put into files of `folder`. */
function commandLine(
  operation: OperationPlan,
  values: Values,
  schemas: Schemas,
  folder: string,
): readonly string[] {
  return operation.arguments.flatMap((argument, index) => {
    const value = values.get(argument.key);
    if (value === undefined) return [];
    const flag = `--${argument.flag}`;
    const schema = resolveSchema(argument.schema, schemas);
    const file = (base64: Json, part: number) => {
      // A part of a form has the name of its file: the tool knows none and takes the argument's.
      const place = join(folder, `${index}-${part}`);
      mkdirSync(place);
      const path = join(place, /^[\w-]+$/.test(argument.name) ? argument.name : 'file');
      writeFileSync(path, Buffer.from(String(base64), 'base64'));
      return path;
    };
    if (isBinary(schema)) return [flag, file(value, 0)];
    if (schema.kind === 'array' && Array.isArray(value) && isBinary(resolveSchema(schema.items, schemas))) {
      return value.flatMap((item, part) => [flag, file(item, part)]);
    }
    return isText(schema) && typeof value === 'string'
      ? [`${flag}=${value}`]
      : [`${flag}-json`, exactJson(value)];
  });
}

function isBinary(schema: Schema): boolean {
  return schema.kind === 'string' && schema.binary !== undefined;
}

function isText(schema: Schema): boolean {
  return (
    schema.kind === 'string' ||
    (schema.kind === 'enum' && schema.values.every((value) => typeof value === 'string'))
  );
}

/** A connected MCP client: the v1 SDK, which most users still have. */
export interface ToolClient {
  readonly call: Caller;
  readonly close: () => Promise<void>;
}

/** Connects to a generated server. */
export async function connectTools(url: string): Promise<ToolClient> {
  const client = new Client({ name: 'mcpgen-verify', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return {
    call: async (operation, values) => {
      const params = { name: operation.tool, arguments: toolArguments(values) };
      try {
        return answered(await client.request({ method: 'tools/call', params }, CallToolResultSchema));
      } catch (error) {
        if (!(error instanceof McpError)) throw error;
        return { ok: false, text: '', message: error.message, refused: error.code === -32602 };
      }
    },
    close: () => client.close(),
  };
}

/** Tells mcp-hub to connect to one of its servers. */
export async function startInHub(hub: string, api: string): Promise<void> {
  await postJson(`${hub}/api/servers/start`, { server_name: api });
}

function postJson(url: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: exactJson(body) });
}

/** Calls through mcp-hub's REST form. */
export function hubCaller(hub: string, api: string): Caller {
  return async (operation, values) => {
    const call = { server_name: api, tool: operation.tool, arguments: toolArguments(values) };
    const response = await postJson(`${hub}/api/servers/tools`, call);
    const text = await response.text();
    if (!response.ok) return { ok: false, text: '', message: `${response.status}: ${text}`, refused: false };
    const { result }: { result: unknown } = JSON.parse(text);
    return answered(CallToolResultSchema.parse(result));
  };
}

function toolArguments(values: Values): { [key: string]: Json } {
  return Object.fromEntries(values);
}

function answered(result: CallToolResult): Answered {
  const [content] = result.content;
  const text =
    content?.type === 'text'
      ? content.text
      : content?.type === 'resource' && 'blob' in content.resource
        ? Buffer.from(content.resource.blob, 'base64').toString()
        : '';
  const ok = result.isError !== true;
  const status = result._meta?.['mcpgen/status'];
  return { ok, text, message: ok ? '' : text, refused: !ok && status === undefined };
}
