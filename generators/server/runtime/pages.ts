import { isRecord, memberAt, parseExact } from './json.ts';
import type { Answer, NextPage, PageArgument } from './tool.ts';

type Arguments = Readonly<Record<string, unknown>>;

/**
 * Finds out how to ask for the next page.
 * @param args what was sent, defaults included
 * @param document the answer, parsed
 * @returns arguments to change, or undefined if this was the last page
 */
export function nextPage(
  next: NextPage,
  args: Arguments,
  answer: Answer<unknown>,
  document: unknown,
): Record<string, unknown> | undefined {
  switch (next.style) {
    case 'page':
    case 'offset': {
      const items = next.items === undefined ? document : memberAt(document, next.items);
      if (!Array.isArray(items) || items.length === 0) return undefined;
      const size = next.size === undefined ? undefined : (args[next.size] ?? next.defaultSize);
      if (typeof size === 'number' && items.length < size) return undefined;
      const current = args[next.argument];
      if (next.style === 'offset') {
        return {
          [next.argument]: (typeof current === 'number' ? current : (next.start ?? 0)) + items.length,
        };
      }
      return { [next.argument]: (typeof current === 'number' ? current : (next.start ?? 1)) + 1 };
    }
    case 'cursor': {
      const cursor = memberAt(document, next.next);
      if (next.more !== undefined && memberAt(document, next.more) === false) return undefined;
      const usable = cursor !== '' && ['string', 'number', 'bigint'].includes(typeof cursor);
      return usable && cursor !== args[next.argument] ? { [next.argument]: cursor } : undefined;
    }
    case 'link':
    case 'url': {
      const url = next.style === 'link' ? nextLink(answer.headers.link) : memberAt(document, next.next ?? []);
      return typeof url === 'string' && url !== '' ? argumentsOf(url, next.query) : undefined;
    }
  }
}

/** The target of `rel="next"` in a Link header (RFC 8288). */
function nextLink(header: string | undefined): string | undefined {
  for (const [, target, parameters] of (header ?? '').matchAll(
    /<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:=(?:"[^"]*"|[^\s;,]*))?)*)/g,
  )) {
    const relation = /;\s*rel=(?:"([^"]*)"|([^\s;,]+))/i.exec(parameters ?? '');
    const names = (relation?.[1] ?? relation?.[2] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return target;
  }
  return undefined;
}

/** The query parameters of the next page's URL, as the arguments that fill them. */
function argumentsOf(
  url: string,
  query: Readonly<Record<string, PageArgument>>,
): Record<string, unknown> | undefined {
  const start = url.indexOf('?');
  if (start < 0) return undefined;
  const result: Record<string, unknown> = {};
  for (const [name, text] of new URLSearchParams(url.slice(start + 1).replace(/#.*$/s, ''))) {
    const target = Object.hasOwn(query, name) ? query[name] : undefined;
    if (target === undefined) continue;
    const value = target.type === 'string' ? text : typed(text);
    const before = result[target.argument];
    if (target.list !== true) result[target.argument] = value;
    else result[target.argument] = Array.isArray(before) ? [...before, value] : [value];
  }
  return isRecord(result) && Object.keys(result).length > 0 ? result : undefined;
}

function typed(text: string): unknown {
  return /^(true|false|-?\d+(\.\d+)?)$/.test(text) ? parseExact(text) : text;
}
