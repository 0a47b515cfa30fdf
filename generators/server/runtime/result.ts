import { isUtf8 } from 'node:buffer';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { isRecord, memberAt, parseExact } from './json.ts';
import { nextPage } from './pages.ts';
import type { Answer, Tool } from './tool.ts';

/** What a call came to, for the log. */
export type Outcome =
  | 'ok'
  | 'usage'
  | 'unauthorized'
  | 'refused'
  | 'failed'
  | 'partial'
  | 'limited'
  | 'connection'
  | 'timeout'
  | 'cancelled'
  | 'internal';

/** What a tool gives, made anew for each call. */
export interface ToolResult {
  readonly _meta: Record<string, unknown>;
  readonly content: Content[];
  structuredContent?: Record<string, unknown>;
  isError?: boolean;
}

/** Content of the protocol, or the API's text as it came: UTF-8, which a string is made of only for those who need one. */
export type Content = CallToolResult['content'][number] | Utf8;
export interface Utf8 {
  readonly type: 'utf8';
  readonly bytes: Buffer;
}

/** The result in the protocol's own form. */
export function protocolResult({ content, ...rest }: ToolResult): CallToolResult {
  return {
    ...rest,
    content: content.map((one) =>
      one.type === 'utf8' ? { type: 'text', text: one.bytes.toString('utf8') } : one,
    ),
  };
}

/** The result of a call that got no answer from the API. */
export function failure(
  error: 'usage' | 'unauthorized' | 'connection' | 'timeout' | 'internal',
  message: string,
): ToolResult {
  return { _meta: { 'mcpgen/error': error }, content: [{ type: 'text', text: message }], isError: true };
}

/** How an answer is to be taken: by its status, and for GraphQL by its body. */
export function judge(
  tool: Tool,
  answer: Answer<unknown>,
  document: unknown,
): { outcome: Outcome; message?: string } {
  if (tool.graphql !== undefined && isRecord(document)) {
    const errors = Array.isArray(document.errors) ? document.errors : [];
    if (errors.length > 0) {
      const text = errors.map((error) => `- ${textOfError(error)}`).join('\n');
      if (errors.some(isRateLimit))
        return { outcome: 'limited', message: `The API's rate limit is reached; try again later:\n${text}` };
      if (hasData(document.data)) {
        return { outcome: 'partial', message: `The answer is incomplete, the API reported errors:\n${text}` };
      }
      if (answer.status < 400)
        return { outcome: 'refused', message: `The API refused the operation:\n${text}` };
    } else if (answer.status < 400) {
      const failed = tool.graphql.success.find(
        (field) => memberAt(document, ['data', field, 'success']) === false,
      );
      if (failed !== undefined)
        return { outcome: 'refused', message: `The API did not do it: \`${failed}.success\` is false` };
    }
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return { outcome: 'ok' };
  const code = `HTTP ${status}`;
  if (status === 401)
    return {
      outcome: 'unauthorized',
      message: `${code}: the API does not accept this server's credentials; the operator must check them`,
    };
  if (status === 403)
    return {
      outcome: 'unauthorized',
      message: `${code}: the API does not allow this with this server's credentials`,
    };
  if (status === 404)
    return { outcome: 'refused', message: `${code}: not found; check the identifiers in the arguments` };
  if (status === 429)
    return {
      outcome: 'limited',
      message: `${code}: the API's rate limit is reached; try again ${waitText(answer)}`,
    };
  if (status >= 500)
    return { outcome: 'failed', message: `${code}: the API failed; the same call may work later` };
  if (status >= 400)
    return { outcome: 'refused', message: `${code}: the API refused the request; its answer says why` };
  const location = answer.headers.location;
  return {
    outcome: 'refused',
    message: `${code}: the API redirects${location === undefined ? '' : ` to ${location}`}; redirects are not followed`,
  };
}

function textOfError(error: unknown): string {
  const message =
    isRecord(error) && typeof error.message === 'string' ? error.message : JSON.stringify(error);
  const path = isRecord(error) && Array.isArray(error.path) ? ` (at ${error.path.join('.')})` : '';
  return `${message}${path}`;
}

function isRateLimit(error: unknown): boolean {
  const code = memberAt(error, ['extensions', 'code']);
  return code === 'RATELIMITED' || code === 'RATE_LIMITED' || code === 'THROTTLED';
}

/** GraphQL data that holds anything at all. */
function hasData(data: unknown): boolean {
  return data !== null && data !== undefined;
}

/** Whether an answer is a refusal for want of quota: worth another try after a pause, whatever the method. */
export function isRateLimited(tool: Tool, answer: Answer<unknown>): boolean {
  if (answer.status === 429) return true;
  if (tool.graphql === undefined || !answer.bytes.includes('"errors"')) return false;
  const document = parsed(answer.bytes.toString('utf8'));
  return isRecord(document) && Array.isArray(document.errors) && document.errors.some(isRateLimit);
}

function waitText(answer: Answer<unknown>): string {
  const after = answer.headers['retry-after'];
  return after === undefined ? 'later' : /^\d+$/.test(after) ? `in ${after} s` : `after ${after}`;
}

/** The body as JSON, its integers exact, or undefined where it is none. */
function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/**
 * Makes the tool's result of an answer: the body verbatim, and beside it what a model or a program has to know about it.
 * @param args the arguments as they were sent, defaults included
 */
export function resultOf(
  tool: Tool,
  args: Readonly<Record<string, unknown>>,
  answer: Answer<unknown>,
): { readonly result: ToolResult; readonly outcome: Outcome } {
  const meta: Record<string, unknown> = { 'mcpgen/status': answer.status };
  const content: Content[] = [];
  const text = tool.binary === true ? undefined : textOf(answer.bytes, answer.cut);
  const wantsDocument =
    tool.structured !== undefined || tool.next !== undefined || tool.graphql !== undefined;
  const document =
    wantsDocument && text !== undefined && !answer.cut ? parsed(text.toString('utf8')) : undefined;
  const { outcome, message } = judge(tool, answer, document);
  let isError = outcome !== 'ok';

  if (answer.bytes.length === 0) {
    meta['mcpgen/empty'] = true;
    content.push({ type: 'text', text: message ?? `Done: HTTP ${answer.status}, the API sends no body.` });
  } else if (text === undefined) {
    const mimeType = answer.headers['content-type'] ?? 'application/octet-stream';
    const blob = answer.bytes.toString('base64');
    content.push({ type: 'resource', resource: { uri: `mcpgen:///${tool.name}`, mimeType, blob } });
    if (message !== undefined) content.push({ type: 'text', text: message });
  } else {
    content.push({ type: 'utf8', bytes: text });
    if (message !== undefined) content.push({ type: 'text', text: message });
  }
  if (answer.cut) {
    meta['mcpgen/truncated'] = true;
    content.push({ type: 'text', text: cutNote(tool, answer) });
  }
  const after = answer.headers['retry-after'];
  if (outcome === 'limited' && after !== undefined && /^\d+$/.test(after))
    meta['mcpgen/retryAfter'] = Number(after);
  if (outcome === 'ok' && tool.next !== undefined && document !== undefined) {
    const next = nextPage(tool.next, args, answer, document);
    if (next !== undefined) meta['mcpgen/next'] = next;
  }
  // In the order in which the SDK writes it.
  const result: ToolResult = { _meta: meta, content };
  if (!isError && tool.structured !== undefined) {
    const structured = tool.structured === 'result' ? { result: document } : document;
    if (document !== undefined && isRecord(structured)) {
      // No client can hold a member of this name, and the SDK leaves it out.
      Reflect.deleteProperty(structured, '__proto__');
      result.structuredContent = structured;
    } else {
      // Clients refuse a result without structured content where the tool promises it.
      isError = true;
      content.push({
        type: 'text',
        text: 'The answer is not the JSON that the API promises; it is handed over as it came.',
      });
    }
  }
  if (isError) result.isError = true;
  return { result, outcome };
}

/** The bytes that are text, or undefined if they are no UTF-8. A character that a cut has split is left out. */
function textOf(bytes: Buffer, cut: boolean): Buffer | undefined {
  if (bytes.includes(0)) return undefined;
  for (let drop = 0; drop <= (cut ? 3 : 0); drop += 1) {
    const whole = bytes.subarray(0, bytes.length - drop);
    if (isUtf8(whole)) return whole;
  }
  return undefined;
}

function cutNote(tool: Tool, answer: Answer<unknown>): string {
  const total = Number(answer.headers['content-length']);
  const size =
    Number.isFinite(total) && total > 0
      ? `${answer.bytes.length} of ${total}`
      : `the first ${answer.bytes.length}`;
  const ways = [
    ...(tool.next !== undefined && 'size' in tool.next && tool.next.size !== undefined
      ? [`a smaller \`${tool.next.size}\``]
      : []),
    ...(tool.fields === undefined ? [] : [`fewer \`${tool.fields}\``]),
    'a narrower filter',
  ];
  return `The answer is cut: ${size} bytes. Ask for less: ${ways.join(', or ')}.`;
}
