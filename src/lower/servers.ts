import type { Server } from '../model/api.ts';
import { member, pointerTo } from '../model/json.ts';
import { type Context, child, entries, items, type Node, report, text } from './context.ts';

/**
 * Lowers a list of servers (OpenAPI 3.1 section 4.8.5). Reports defaults of the first one's variables that make no address of it.
 * @returns undefined where the list is absent or empty
 */
export function lowerServers(context: Context, owner: Node): readonly [Server, ...Server[]] | undefined {
  const nodes = items(child(owner, 'servers'));
  const [first, ...rest] = nodes.map(lowerServer);
  if (first === undefined) return undefined;
  if (nodes[0] !== undefined) checkDefaults(context, first, nodes[0].pointer);
  return [first, ...rest];
}

/** What no URL can hold (RFC 3986 appendix A). */
const outside = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/u;

function checkDefaults(context: Context, { url, variables }: Server, pointer: string): void {
  const filled = variables.reduce(
    (text, { name, default: value }) => text.replaceAll(`{${name}}`, () => value),
    url,
  );
  // Where one default holds what no URL can hold, the others are not to blame.
  const blamed = variables.some(({ default: value }) => outside.test(value));
  const broken = !blamed && /^https?:/i.test(filled) && !URL.canParse(filled);
  for (const { name, default: value } of variables) {
    const character = outside.exec(value)?.[0];
    if (value === '' || (character === undefined && !broken)) continue;
    const why = character === undefined ? `\`${filled}\` is no address` : `no URL can hold \`${character}\``;
    report(
      context,
      'server-variable',
      `The default \`${value}\` of the server variable \`${name}\` does not fit into the URL: ${why}`,
      pointerTo(pointer, 'variables', name, 'default'),
      'Correct it here or by an overlay; else callers have to set the variable or the whole address in their environment',
    );
  }
}

function lowerServer(node: Node): Server {
  const url = text(node, 'url').replace(/\/+$/, '');
  const declared = entries(child(node, 'variables')).map(([name, variable]) => {
    const allowed = member(variable.value, 'enum');
    const description = text(variable, 'description');
    const fallback = member(variable.value, 'default');
    return {
      name,
      default: scalar(fallback) ?? (Array.isArray(allowed) ? (scalar(allowed[0]) ?? '') : ''),
      ...(Array.isArray(allowed) && allowed.length > 0
        ? { enum: allowed.flatMap((value) => scalar(value) ?? []) }
        : {}),
      ...(description === '' ? {} : { description }),
    };
  });
  const used = new Set([...url.matchAll(/\{([^{}]+)\}/g)].map(([, name = '']) => name));
  const missing = [...used].filter((name) => !declared.some((variable) => variable.name === name));
  return {
    url,
    variables: [
      ...declared.filter((variable) => used.has(variable.name)),
      ...missing.map((name) => ({ name, default: '' })),
    ],
  };
}

/** A variable's text; YAML makes a port a number. */
function scalar(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
