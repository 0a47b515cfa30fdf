import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, type Piece } from '../../generators/server/runtime/pieces.ts';

const joined = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(
    chunksOf(pieces).map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)),
  );
const inside = (text: string) => JSON.stringify(text).slice(1, -1);
const wellFormed = fc.string({ unit: 'binary', maxLength: 40 });

describe('the pieces of a body', () => {
  it('quoted UTF-8 is what JSON.stringify writes of the text', () => {
    const every = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join('');
    expect(joined([{ quoted: Buffer.from(every) }]).toString()).toBe(inside(every));
    fc.assert(
      fc.property(wellFormed, (text) => {
        expect(joined([{ quoted: Buffer.from(text) }]).toString()).toBe(inside(text));
      }),
    );
  });

  it('keep their order and their bytes, whatever their sizes', () => {
    const size = fc.constantFrom(
      0,
      1,
      100,
      16 * 1024 - 1,
      16 * 1024,
      16 * 1024 + 1,
      43_000,
      131_072,
      200_000,
    );
    const unit = fc.constantFrom('a', 'é', '€', '😀', '"', '\u0001', '\n');
    const text = fc.tuple(unit, size).map(([one, times]) => one.repeat(Math.ceil(times / one.length)));
    const piece = fc.oneof(
      text.map((given) => ({ piece: given as Piece, bytes: given })),
      text.map((given) => ({ piece: Buffer.from(given) as Piece, bytes: given })),
      text.map((given) => ({ piece: { quoted: Buffer.from(given) } as Piece, bytes: inside(given) })),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 5 }), (pieces) => {
        const wanted = Buffer.from(pieces.map(({ bytes }) => bytes).join(''));
        expect(joined(pieces.map((one) => one.piece)).equals(wanted)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('are one chunk where they are short, and bytes that are long are not copied', () => {
    expect(chunksOf(['{"a":"', { quoted: Buffer.from('"') }, '"}'])).toEqual(['{"a":"\\""}']);
    const long = Buffer.alloc(300_000, 'x');
    expect(chunksOf(['[', long, ']'])[1]).toBe(long);
  });
});
