import type { Style, WireParameter } from '../../src/model/api.ts';
import { bashWord } from '../quote/bash.ts';

/** Words of a declaration as one line of bash. */
export function line(name: string, ...words: readonly string[]): string {
  return [name, ...words.map((word) => bashWord(word))].join(' ');
}

/** A member's name as JSON spells it, with `/` and `~` escaped. */
export function memberName(name: string): string {
  if (name === '') return '~2';
  return JSON.stringify(name).slice(1, -1).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `form*+`: the style, `*` for explode, `+` for reserved characters; or `content=` and a media type. */
export function serializationWord(serialization: WireParameter['serialization']): string {
  if (serialization.kind === 'content') return `content=${serialization.mediaType}`;
  const style: Style = serialization.style;
  return `${style}${serialization.explode ? '*' : ''}${serialization.allowReserved ? '+' : ''}`;
}
