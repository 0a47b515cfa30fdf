// @ts-check
/** @import { Entry, InputSchema } from './types.ts' */
import { count, make } from './dom.js';

const VERSION = '2026-07-28';

/**
 * A form that calls a tool at `/mcp` beside this page.
 * @param {Entry} entry
 * @param {object} inputSchema what the tool takes
 */
export function tryForm(entry, inputSchema) {
  const schema = /** @type {InputSchema} */ (inputSchema);
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) =>
    field(name, property, schema.required?.includes(name) ?? false),
  );
  const send = make('button', { type: 'submit' }, 'Call');
  const status = make('span', { class: 'quiet', role: 'status' });
  const answer = make('pre', { hidden: true, tabindex: '0', 'aria-label': 'Answer' });
  const token = make('input', { type: 'password', autocomplete: 'off' });
  const tokenLine = make(
    'label',
    { class: 'field', hidden: true },
    make('span', {}, 'MCP_TOKEN of the server'),
    token,
  );
  const form = make(
    'form',
    { class: 'try', 'aria-label': `Try ${entry.tool}` },
    make('h3', {}, 'Try it'),
    ...fields.map(({ line }) => line),
    tokenLine,
    make('div', { class: 'send' }, send, status),
    answer,
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    /** @type {{ [name: string]: unknown }} */
    const args = {};
    for (const one of fields) {
      const { value, problem } = one.read();
      one.input.setCustomValidity(problem ?? '');
      if (problem !== undefined) {
        one.input.reportValidity();
        return;
      }
      if (value !== undefined) Object.defineProperty(args, one.name, { value, enumerable: true });
    }
    send.disabled = true;
    status.textContent = 'calling…';
    const start = performance.now();
    const reply = await call(entry, args, token.value);
    status.textContent = `${reply.ok ? 'answered' : 'refused'} in ${count(Math.round(performance.now() - start))} ms`;
    status.className = reply.ok ? 'good' : 'bad';
    if (reply.status === 401) tokenLine.hidden = false;
    answer.textContent = reply.text;
    answer.hidden = false;
    send.disabled = false;
  });
  return form;
}

/**
 * @param {string} name
 * @param {InputSchema} schema
 * @param {boolean} required
 */
function field(name, schema, required) {
  const kind = kindOf(schema);
  const input =
    kind === 'choice'
      ? make(
          'select',
          { required },
          make('option', { value: '' }, ''),
          ...choices(schema).map((value) => make('option', { value: JSON.stringify(value) }, String(value))),
        )
      : kind === 'json'
        ? make('textarea', { required, rows: '2', placeholder: 'JSON', spellcheck: 'false' })
        : make('input', {
            required,
            type: kind === 'number' ? 'number' : 'text',
            step: 'any',
            autocomplete: 'off',
          });
  const head = make(
    'span',
    {},
    make('code', {}, name),
    ...(required ? [make('b', { title: 'required' }, ' *')] : []),
  );
  const line = make('label', { class: 'field' }, head, input);
  if (schema.description !== undefined) line.append(make('small', { class: 'quiet' }, schema.description));
  input.addEventListener('input', () => input.setCustomValidity(''));
  return { name, input, line, read: () => parseField(kind, input.value) };
}

/** @param {InputSchema} schema */
function kindOf({ type, enum: values }) {
  const types = typeof type === 'string' ? [type] : (type ?? []).filter((one) => one !== 'null');
  if (values !== undefined || (types.length === 1 && types[0] === 'boolean')) return 'choice';
  if (types.length !== 1) return 'json';
  if (types[0] === 'number' || types[0] === 'integer') return 'number';
  return types[0] === 'string' ? 'text' : 'json';
}

/** @param {InputSchema} schema */
function choices(schema) {
  return schema.enum ?? [true, false];
}

/**
 * @param {'choice' | 'json' | 'number' | 'text'} kind
 * @param {string} text
 * @returns {{ readonly value?: unknown, readonly problem?: string }}
 */
function parseField(kind, text) {
  if (text === '') return {};
  if (kind === 'text') return { value: text };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: 'This is no JSON. A text stands in double quotes.' };
  }
}

/**
 * Calls a tool: one POST of the stateless protocol.
 * @param {Entry} entry
 * @param {{ readonly [name: string]: unknown }} args
 * @param {string} token
 */
async function call({ api, tool }, args, token) {
  // A server that lists only its search tools calls the others by one of them.
  const params =
    api.mode === 'search'
      ? { name: 'call_tool', arguments: { name: tool, arguments: args } }
      : { name: tool, arguments: args };
  const meta = {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientInfo': { name: 'mcpgen-page', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  try {
    const response = await fetch('/mcp', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': VERSION,
        'Mcp-Method': 'tools/call',
        'Mcp-Name': params.name,
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { ...params, _meta: meta },
      }),
    });
    const { text, ok } = readAnswer(await response.text());
    return { text, ok: ok && response.ok, status: response.status };
  } catch (error) {
    return { text: error instanceof Error ? error.message : String(error), ok: false, status: 0 };
  }
}

/**
 * @param {string} text JSON, or a stream of events whose last one is the answer
 */
function readAnswer(text) {
  const events = text.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  const json = text.startsWith('{') ? text : (events[events.length - 1] ?? '').slice(5);
  try {
    const { result, error } = JSON.parse(json);
    if (result === undefined) return { text: error?.message ?? json, ok: false };
    const parts = (result.content ?? []).map(
      (/** @type {{ text?: string }} */ part) => part.text ?? JSON.stringify(part),
    );
    return { text: pretty(parts.join('\n')), ok: result.isError !== true };
  } catch {
    return { text, ok: false };
  }
}

/** @param {string} text */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
