import { trimEnd } from './machine.ts';
import { fieldAsMatch } from './pattern.ts';
import { constant, mapValue, soleHole, splitValue, text, type Value } from './value.ts';

/** The first line of what a program reads; a value that is not all known is taken as one line. */
export function firstLine(value: Value): Value {
  const known = constant(value);
  return known === undefined ? trimEnd(value) : text(known.split('\n')[0] ?? '', placeOf(value));
}

/** A field of a value that is split at one character; holes beside other text are taken as having none. */
export function field(value: Value, separator: string, index: number, toEnd: boolean): Value {
  const cut = (known: string): string => {
    const pieces = known.split(separator);
    return (toEnd ? pieces.slice(index - 1).join(separator) : pieces[index - 1]) ?? '';
  };
  const known = constant(value);
  if (known !== undefined) return text(cut(known), placeOf(value));
  if (soleHole(value) !== undefined)
    return mapValue(value, { kind: 'match', ...fieldAsMatch(separator, index, toEnd) }, cut);
  const fields = splitValue(value, separator);
  const taken = fields.slice(index - 1, toEnd ? undefined : index);
  return taken.flatMap((one, at) => (at === 0 ? one : [...text(separator, 0), ...one]));
}

function placeOf([first]: Value): number {
  return first?.kind === 'text' ? first.at : 0;
}
