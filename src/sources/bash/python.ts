import type { Machine } from './machine.ts';
import type { Item } from './state.ts';
import { concat, constant, type Filter, hole, holesOf, join, mapValue, text, type Value } from './value.ts';

/** Python one-liners, and short programs in a here-document, that scripts use for JSON and URLs; undefined for all others. */
export function python(
  machine: Machine,
  args: readonly Item[],
  words: readonly (string | undefined)[],
  at: number,
): Value | undefined {
  const module = words.indexOf('-m');
  if (module !== -1 && words[module + 1] === 'json.tool' && machine.stdin !== undefined)
    return mapValue(machine.stdin, { kind: 'pretty' }, (kept) => kept);
  const flag = words.indexOf('-c');
  // `python3 - "$1" <<'EOF'`: the program comes by standard input.
  const byInput = flag === -1 && (words.length === 0 || words[0] === '-');
  const code = flag === -1 ? (byInput ? constant(machine.stdin ?? []) : undefined) : words[flag + 1];
  if (code === undefined) return undefined;
  const from = flag === -1 ? 1 : flag + 2;
  const given = args[from];
  const built = dumpedDictionary(code, args.slice(from), byInput ? undefined : machine.stdin, at);
  if (built !== undefined) return built;
  const source: Value | undefined =
    /sys\.argv/.test(code) && given?.kind === 'one' ? given.value : machine.stdin;
  if (source === undefined) return undefined;
  const dumped =
    /json\.dumps\(\s*sys\.(?:argv\[1\]|stdin\.read\(\))(?:\.r?strip\([^()]*\))?[^()]*\)\s*(\[1:-1\])?/.exec(
      code,
    );
  if (dumped !== null) {
    const escaped = mapValue(source, { kind: 'escape', of: 'json' }, (kept) =>
      JSON.stringify(kept).slice(1, -1),
    );
    return dumped[1] === undefined ? concat(text('"', at), escaped, text('"', at)) : escaped;
  }
  if (/quote(_plus)?\(/.test(code))
    return mapValue(source, { kind: 'escape', of: 'url' }, encodeURIComponent);
  if (/json\.dumps\(json\.load\(sys\.stdin\),\s*indent/.test(code))
    return mapValue(source, { kind: 'pretty' }, (kept) => kept);
  const other: Filter = { kind: 'other', text: 'python' };
  const alone = source.length > 0 ? mapValue(source, other, (kept) => kept) : source;
  // What it makes of constants is not known either.
  return holesOf(alone).length === 0 ? [hole({ kind: 'command', text: 'python' }, at)] : alone;
}

const ARGUMENT =
  /sys\.argv\[(\d+)\]|os\.(?:environ\[|environ\.get\(|getenv\()\s*["'](\w+)["'][^)\]]*[\])]|sys\.stdin\.read\(\)/;

/** `json.dumps({"query": sys.argv[1], …})` as the JSON text that it makes. */
function dumpedDictionary(
  code: string,
  args: readonly Item[],
  input: Value | undefined,
  at: number,
): Value | undefined {
  const start = /json\.dumps?\(\s*(?=\{)/.exec(code);
  if (start === null || code.length > 20_000) return undefined;
  const from = start.index + start[0].length;
  const names = new Map<string, string>();
  for (const line of code.slice(0, start.index).split(/[\n;]/)) {
    const assigned = /^\s*(\w+)\s*=\s*(.+?)\s*$/.exec(line);
    if (assigned?.[1] !== undefined && assigned[2] !== undefined) names.set(assigned[1], assigned[2]);
  }
  const resolve = (expression: string): Value | undefined => {
    const match = ARGUMENT.exec(expression);
    if (match === null) return undefined;
    if (match[2] !== undefined) return [hole({ kind: 'env', name: match[2] }, at)];
    if (match[1] === undefined) return input;
    const item = args[Number(match[1]) - 1];
    return item?.kind === 'one' ? item.value : undefined;
  };
  const pieces: Value[] = [];
  let open = 0;
  for (let index = from; index < code.length; ) {
    const rest = code.slice(index, index + 500);
    const string = /^"((?:[^"\\]|\\.)*)"|^'((?:[^'\\]|\\.)*)'/s.exec(rest);
    const expression =
      /^(?:(?:int|float|str|json\.loads)\()?(?:sys\.argv\[\d+\]|os\.\w+(?:\.get)?[[(][^\])]*[\])]|sys\.stdin\.read\(\))(?:\.r?strip\(\))?\)?/.exec(
        rest,
      );
    const word = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    const taken = string?.[0] ?? expression?.[0] ?? word ?? rest[0] ?? '';
    if (string !== null) pieces.push(text(JSON.stringify(unquoted(string[1] ?? string[2] ?? '')), at));
    else if (expression !== null || word !== undefined) {
      const literal = { True: 'true', False: 'false', None: 'null' }[word ?? ''];
      const source = expression?.[0] ?? names.get(word ?? '') ?? '';
      const value = expression === null && literal !== undefined ? undefined : resolve(source);
      if (literal === undefined && value === undefined) return undefined;
      const escaped = mapValue(value ?? [], { kind: 'escape', of: 'json' }, (kept) =>
        JSON.stringify(kept).slice(1, -1),
      );
      const bare = /^(?:int|float|json\.loads)\(/.test(source);
      pieces.push(
        literal !== undefined
          ? text(literal, at)
          : bare
            ? (value ?? [])
            : concat(text('"', at), escaped, text('"', at)),
      );
    } else {
      if (/[{[]/.test(taken)) open += 1;
      if (/[}\]]/.test(taken)) open -= 1;
      if (/[()]/.test(taken)) return undefined;
      pieces.push(text(taken, at));
      if (open === 0) return join(pieces);
    }
    index += taken.length;
  }
  return undefined;
}

function unquoted(literal: string): string {
  return literal.replace(
    /\\(.)/gs,
    (_, character: string) => ({ n: '\n', t: '\t', r: '\r' })[character] ?? character,
  );
}
