import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsLargeInteger } from '../../src/sources/openapi/json-scan.ts';

describe('large integers of JSON', () => {
  it('are noticed wherever a value can stand', () => {
    const large = '9007199254740993';
    for (const text of [
      `[${large}]`,
      `[1,-${large}]`,
      `{"a":${large}}`,
      `{"a" :\n${' '.repeat(300)}-${large}}`,
      `{"a": [1,\r\n\t${large}]}`,
    ]) {
      expect(holdsLargeInteger(text), text).toBe(true);
    }
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 0, 2), (value, indent) => {
        const text = JSON.stringify({ value, mark: 'MARK' }, undefined, indent).replace('"MARK"', large);
        expect(holdsLargeInteger(text)).toBe(true);
      }),
    );
  });

  it('are not the digits of texts, names and fractions', () => {
    for (const text of [
      '{"a": "9007199254740993"}',
      '{"9007199254740993": 1}',
      '{"a": "dev - 2605736670972794746"}',
      '{"a": 0.9007199254740993}',
      '[123456789012345]',
    ]) {
      expect(holdsLargeInteger(text), text).toBe(false);
    }
  });
});
