import { arithmetic } from './arithmetic.ts';
import { countOf, expandBraces, firstItems, waysOf } from './items.ts';
import {
  capture,
  literal,
  type Machine,
  note,
  offset,
  positional,
  scriptName,
  tick,
  tickFor,
  variable,
} from './machine.ts';
import { applyOperation } from './parameters.ts';
import type * as Syntax from './parse.ts';
import { type Item, itemsOf, joinItems, shiftItems } from './state.ts';
import { constant, type Fact, hole, join, keyOf, soleHole, text, type Value } from './value.ts';

/** Runs a script that stands inside a word. */
export type RunScript = (machine: Machine, script: Syntax.ParsedScript) => void;

/**
 * Expands words as bash does: quoting, parameters, command substitution, splitting of unquoted constants.
 * @param run executes the commands of a command substitution
 */
export function createExpander(run: RunScript) {
  return { words, value, parts, heredoc };

  /** Words as a list of arguments. */
  function words(machine: Machine, list: readonly Syntax.Word[]): Item[] {
    return list.flatMap((word) => fields(machine, word));
  }

  /** A word as one text, as in an assignment. */
  function value(machine: Machine, word: Syntax.Word | undefined): Value {
    if (word === undefined) return [];
    return word.parts === undefined
      ? literal(machine, word.value, offset(machine, word.pos))
      : parts(machine, word.parts);
  }

  function parts(machine: Machine, list: readonly Syntax.WordPart[]): Value {
    return sized(machine, join(list.map((part) => joined(machine, part))));
  }

  function heredoc(machine: Machine, doc: Syntax.HereDoc): Value {
    const body =
      doc.delimiter?.quoted === true || doc.body.parts === undefined
        ? text(doc.body.text, offset(machine, doc.body.pos))
        : parts(machine, doc.body.parts);
    if (doc.operator === '<<') return body;
    return body.map((part, index) =>
      part.kind === 'text'
        ? { ...part, text: part.text.replace(index === 0 ? /(^|\n)\t+/g : /(\n)\t+/g, '$1') }
        : part,
    );
  }

  function joined(machine: Machine, part: Syntax.WordPart): Value {
    const list = listOf(machine, part);
    return list === undefined ? partValue(machine, part) : joinItems(list, ' ', offset(machine, part.pos));
  }

  /** @param unquoted the word is the operand of an expansion without quotes, which is split itself */
  function fields(machine: Machine, word: Syntax.Word, unquoted = false): Item[] {
    if (word.parts === undefined && !unquoted)
      return [{ kind: 'one', value: literal(machine, word.value, offset(machine, word.pos)) }];
    const done: Item[] = [];
    // The pieces of the argument that is being made; an empty one (`""`) makes an argument too.
    let open: Value[] = [];
    const close = (): void => {
      if (open.length > 0) done.push({ kind: 'one', value: sized(machine, join(open)) });
      open = [];
    };
    const add = (piece: Value): void => void open.push(piece);
    const splice = (items: readonly Item[]): void => {
      for (const [index, item] of items.entries()) {
        if (index > 0) close();
        if (item.kind === 'one' && item.when === undefined) add(item.value);
        else {
          close();
          done.push(item.kind === 'one' ? item : { ...item, at: offset(machine, word.pos) });
        }
      }
    };
    const take = (part: Syntax.WordPart, quoted: boolean): void => {
      if (part.type === 'DoubleQuoted' || part.type === 'LocaleString') {
        if (part.parts.length === 0) add([]);
        for (const child of part.parts) take(child, true);
        return;
      }
      const list = listOf(machine, part) ?? (quoted ? undefined : given(machine, part));
      if (list !== undefined && quoted && isJoined(part)) {
        add(joinItems(list, ' ', offset(machine, part.pos)));
        return;
      }
      if (list !== undefined) {
        splice(list);
        return;
      }
      const braces = part.type === 'BraceExpansion' ? expandBraces(part.text) : undefined;
      if (braces !== undefined) {
        const prefix = open;
        for (const [index, item] of braces.entries()) {
          if (index > 0) close();
          open = [...prefix, text(item, offset(machine, part.pos))];
        }
        return;
      }
      const piece = partValue(machine, part);
      if (quoted || !(expands(part) || (unquoted && part.type === 'Literal'))) {
        add(piece);
        return;
      }
      split(piece);
    };
    const split = (piece: Value): void => {
      for (const part of piece) {
        const ways = part.kind === 'choice' ? waysOf(part) : undefined;
        if (ways !== undefined) {
          close();
          done.push(...ways);
        } else if (part.kind !== 'text') add([part]);
        else
          for (const [index, chunk] of part.text.split(/[ \t\n]+/).entries()) {
            if (index > 0) close();
            if (chunk !== '') add([{ ...part, text: chunk }]);
          }
      }
    };
    if (word.parts === undefined) split(literal(machine, word.value, offset(machine, word.pos)));
    for (const part of word.parts ?? []) take(part, false);
    close();
    return done;
  }

  /** `${x:+-d "x=$x"}` without quotes: words that are there where the variable is set. */
  function given(machine: Machine, part: Syntax.WordPart): readonly Item[] | undefined {
    if (part.type !== 'ParameterExpansion' || part.prefix !== undefined) return undefined;
    const { operation } = part;
    if (operation?.type !== 'Default' || !operation.operator.endsWith('+')) return undefined;
    const whole = expansion(machine, { ...part, operation: undefined });
    if (whole.some((piece) => piece.kind === 'text')) return fields(machine, operation.operand, true);
    const tested = soleHole(whole);
    if (tested === undefined) return undefined;
    const items = fields(machine, operation.operand, true);
    if (items.length < 2) return undefined;
    const facts: readonly Fact[] = [{ key: keyOf(tested.source), is: 'set' }];
    const branch = machine.branches++;
    return items.map((item) =>
      item.kind === 'rest'
        ? item
        : {
            ...item,
            when: { branch, picks: [0], facts, ...(item.when === undefined ? {} : { outer: item.when }) },
          },
    );
  }

  /** The elements of `$@`, `${a[@]}` and the like, or undefined for anything else. */
  function listOf(machine: Machine, part: Syntax.WordPart): readonly Item[] | undefined {
    if (part.type === 'SimpleExpansion') {
      return part.text === '$@' || part.text === '$*' ? machine.state.args : undefined;
    }
    if (part.type === 'ParameterExpansion' && part.prefix === '!') return keysOf(machine, part);
    if (part.type !== 'ParameterExpansion' || part.prefix !== undefined) return undefined;
    const all = part.index?.value === '@' || part.index?.value === '*';
    const args = part.parameter === '@' || part.parameter === '*';
    if (!all && !args) return undefined;
    const items = args ? machine.state.args : itemsOf(machine.state.vars.get(part.parameter));
    const { operation } = part;
    if (operation === undefined) return items;
    if (operation.type === 'Default' && operation.operator.includes('+'))
      return items.length === 0 ? [] : words(machine, [operation.operand]);
    if (operation.type === 'Default') return items.length === 0 ? words(machine, [operation.operand]) : items;
    if (operation.type === 'Slice') {
      const from = Number(constant(value(machine, operation.offset)) ?? Number.NaN);
      const count =
        operation.length === undefined ? undefined : Number(constant(value(machine, operation.length)));
      if (!Number.isInteger(from) || from < 0) return items;
      const skip = args ? Math.max(0, from - 1) : from;
      const rest = shiftItems(items, skip);
      return count === undefined ? rest : firstItems(rest, count);
    }
    return items;
  }

  /** `${!names[@]}`: the keys of a table, the indexes of a list. */
  function keysOf(machine: Machine, part: Syntax.ParameterExpansionPart): readonly Item[] | undefined {
    const held = machine.state.vars.get(part.parameter);
    if ((part.index?.value !== '@' && part.index?.value !== '*') || held === undefined) return undefined;
    const items = itemsOf(held);
    if (items.some((item) => item.kind === 'rest')) return undefined;
    const keys = held.kind === 'map' ? [...held.entries.keys()] : items.map((_, index) => String(index));
    const at = offset(machine, part.pos);
    return keys.map((key) => ({ kind: 'one', value: text(key, at) }));
  }

  function partValue(machine: Machine, part: Syntax.WordPart): Value {
    const at = offset(machine, part.pos);
    if (!tick(machine)) return [hole({ kind: 'unknown', reason: 'budget', text: 'out of steps' }, at)];
    switch (part.type) {
      case 'Literal':
      case 'SingleQuoted':
      case 'AnsiCQuoted':
      case 'Glob':
        return literal(machine, part.value, contentAt(machine, part));
      case 'DoubleQuoted':
      case 'LocaleString':
        return parts(machine, part.parts);
      case 'SimpleExpansion':
        return parameter(machine, part.text.slice(1), at);
      case 'ParameterExpansion':
        return expansion(machine, part);
      case 'CommandExpansion': {
        const { script } = part;
        if (script === undefined) return [];
        return within(machine, script, at, () => capture(machine, () => run(machine, script)));
      }
      case 'ProcessSubstitution': {
        const { script } = part;
        if (script === undefined) return [];
        const out = within(machine, script, at, () => capture(machine, () => run(machine, script)));
        return [hole({ kind: 'file', path: '<(…)' }, at), ...out].slice(0, out.length === 0 ? 1 : undefined);
      }
      case 'ArithmeticExpansion':
        return arithmetic(machine, part.expression, at, (inner) => parts(machine, inner));
      case 'ExtendedGlob':
      case 'BraceExpansion':
        return text(part.text, at);
    }
  }

  /** Backticks with escapes are parsed from decoded text: its offsets mean nothing in the file. */
  function within(machine: Machine, script: Syntax.ParsedScript, at: number, body: () => Value): Value {
    const before = machine.fixedAt;
    if (script.source !== undefined) machine.fixedAt = at;
    const result = body();
    machine.fixedAt = before;
    return result;
  }

  function parameter(machine: Machine, name: string, at: number): Value {
    if (/^[1-9][0-9]*$/.test(name)) return positional(machine, Number(name), at) ?? [];
    switch (name) {
      case '0':
        return text(scriptName(machine), at);
      case '@':
      case '*':
        return joinItems(machine.state.args, ' ', at);
      case '#':
        return countOf(machine.state.args, at);
      case '?':
      case '$':
      case '!':
      case '-':
      case 'RANDOM':
      case 'SECONDS':
      case 'LINENO':
      case 'EPOCHSECONDS':
        return machine.state.vars.has(name)
          ? variable(machine, name, at)
          : [hole({ kind: 'command', text: `$${name}` }, at)];
      default:
        return variable(machine, name, at);
    }
  }

  function expansion(machine: Machine, part: Syntax.ParameterExpansionPart): Value {
    const at = offset(machine, part.pos);
    if (part.prefix === '#') {
      const list = part.parameter === '@' || part.parameter === '*' ? machine.state.args : undefined;
      if (list !== undefined) return countOf(list, at);
      if (part.index !== undefined) return countOf(itemsOf(machine.state.vars.get(part.parameter)), at);
      const whole = parameter(machine, part.parameter, at);
      const known = constant(whole);
      return known === undefined ? whole : text(String([...known].length), at);
    }
    if (part.prefix === '!') {
      const target = constant(parameter(machine, part.parameter, at));
      if (target !== undefined && /^\w+$/.test(target)) return parameter(machine, target, at);
      note(machine, 'unresolved', at, `\`${part.text}\` names its variable at run time`);
      return [hole({ kind: 'unknown', reason: 'unresolved', text: part.text }, at)];
    }
    const whole =
      part.index === undefined ? parameter(machine, part.parameter, at) : element(machine, part, part.index);
    if (part.operation === undefined) return whole;
    return applyOperation(machine, part, whole, (word) => value(machine, word));
  }

  function element(machine: Machine, part: Syntax.ParameterExpansionPart, index: Syntax.Word): Value {
    const held = machine.state.vars.get(part.parameter);
    const at = offset(machine, part.pos);
    if (index.value === '@' || index.value === '*') return joinItems(itemsOf(held), ' ', at);
    const key = constant(value(machine, index));
    if (held === undefined) return [hole({ kind: 'env', name: part.parameter }, at)];
    if (held.kind === 'map') {
      if (key !== undefined) return held.entries.get(key) ?? [];
      const chosen = soleHole(value(machine, index));
      const names = [...held.entries.keys()];
      if (chosen?.source.kind === 'positional' && [...held.entries.values()].every(isPiece)) {
        // A table of pieces that an argument chooses from is a `case`: each name is a command.
        machine.dispatches.push({ position: chosen.source.index, words: names, closed: true });
        return [];
      }
      const options = [...held.entries.values()];
      const values = options.map(constant).filter((option) => option !== undefined);
      if (values.length > 0 && values.length === options.length)
        return [hole({ kind: 'one-of', name: part.parameter, values }, at)];
      return [hole({ kind: 'unknown', reason: 'unresolved', text: part.text }, at)];
    }
    const items = itemsOf(held);
    const place = Number(key ?? Number.NaN);
    if (!Number.isInteger(place))
      return [hole({ kind: 'unknown', reason: 'unresolved', text: part.text }, at)];
    const item = items.at(place);
    if (item?.kind === 'one') return item.value;
    const rest = items.findIndex((other) => other.kind === 'rest');
    const from = items[rest];
    return from?.kind === 'rest' && place >= rest
      ? [hole({ kind: 'positional', index: from.index + place - rest }, at)]
      : [];
  }
}

export type Expander = ReturnType<typeof createExpander>;

/** Counts the steps that it takes to make a text of its pieces. */
function sized(machine: Machine, value: Value): Value {
  tickFor(machine, value);
  return value;
}

/** Whether a text is a piece of a command or of a URL, not a word that callers would give. */
function isPiece(value: Value): boolean {
  return /[/ ]/.test(constant(value) ?? '');
}

/** Where the text of a part begins: behind its quote. */
function contentAt(machine: Machine, part: Syntax.WordPart): number {
  const skip = part.type === 'SingleQuoted' ? 1 : part.type === 'AnsiCQuoted' ? 2 : 0;
  return offset(machine, part.pos + skip);
}

/** `"$*"`, `"${a[*]}"`: one word. */
function isJoined(part: Syntax.WordPart): boolean {
  if (part.type === 'SimpleExpansion') return part.text === '$*';
  return part.type === 'ParameterExpansion' && (part.parameter === '*' || part.index?.value === '*');
}

function expands(part: Syntax.WordPart): boolean {
  return (
    part.type === 'SimpleExpansion' || part.type === 'ParameterExpansion' || part.type === 'CommandExpansion'
  );
}
