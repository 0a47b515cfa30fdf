import type { CurlMeaning } from './curl-options.ts';
import {
  concat,
  constant,
  type Filter,
  hole,
  join,
  mapValue,
  splitFirst,
  text,
  type Value,
} from './value.ts';

interface Expandable {
  readonly meaning: CurlMeaning | 'unknown';
  readonly value: Value;
  readonly expand?: boolean;
}

/** Puts what `--variable` has set in place of `{{name}}` in the values of `--expand-…` options; the `--variable` options are gone afterwards. */
export function expandOptions<O extends Expandable>(
  options: readonly O[],
  readFile: (path: Value) => Value,
): O[] {
  const variables = new Map<string, Value>();
  return options.flatMap((option) => {
    const value = option.expand === true ? expand(option.value, variables) : option.value;
    if (option.meaning !== 'variable') return [{ ...option, value }];
    define(value, variables, readFile);
    return [];
  });
}

/** `name=text`, `name@file`, `%NAME` from the environment, `%NAME=text` where that has none; a range behind the name (`name[0-9]=`) is left out. */
function define(value: Value, variables: Map<string, Value>, readFile: (path: Value) => Value): void {
  const split = splitFirst(value, /[=@]/);
  const lead = constant(split === undefined ? value : split[0]);
  const name = /^%?(\w+)/.exec(lead ?? '')?.[1];
  if (name === undefined) return;
  const given = split === undefined ? undefined : split[1] === '@' ? readFile(split[2]) : split[2];
  if (lead?.startsWith('%') === true)
    variables.set(name, [
      { ...hole({ kind: 'env', name }, 0), ...(given === undefined ? {} : { fallback: given }) },
    ]);
  else variables.set(name, given ?? []);
}

const MARK = /(\\?\{\{\w+(?::\w+)*\}\})/;

function expand(value: Value, variables: ReadonlyMap<string, Value>): Value {
  return join(
    value.map((part): Value => {
      if (part.kind !== 'text') return [part];
      return join(
        part.text.split(MARK).map((piece, index): Value => {
          if (index % 2 === 0) return text(piece, part.at);
          if (piece.startsWith('\\')) return text(piece.slice(1), part.at);
          const [name = '', ...functions] = piece.slice(2, -2).split(':');
          return functions.reduce(apply, variables.get(name) ?? []);
        }),
      );
    }),
  );
}

function apply(value: Value, name: string): Value {
  if (name === 'trim') return mapValue(value, undefined, (kept) => kept.trim());
  if (name === 'url') return mapValue(value, { kind: 'escape', of: 'url' }, encodeURIComponent);
  if (name === 'json')
    return mapValue(value, { kind: 'escape', of: 'json' }, (kept) => JSON.stringify(kept).slice(1, -1));
  const other: Filter = { kind: 'other', text: name };
  return concat(mapValue(value, other, (kept) => kept));
}
