import type { Server } from '../model/api.ts';
import { member } from '../model/json.ts';
import { child, entries, items, type Node, text } from './context.ts';

/**
 * Lowers a list of servers (OpenAPI 3.1 section 4.8.5).
 * @returns undefined where the list is absent or empty
 */
export function lowerServers(owner: Node): readonly [Server, ...Server[]] | undefined {
  const [first, ...rest] = items(child(owner, 'servers')).map(lowerServer);
  return first === undefined ? undefined : [first, ...rest];
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
