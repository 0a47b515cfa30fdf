import { describe, expect, it } from 'vitest';
import { locate } from '../../src/sources/openapi/locate.ts';

const YAML = `# comment
paths:
  /a~b/{x}:
    get: &op
      tags: [a, bc]
      "quo ted": {x: 1, y: [{z: 2}]}
    put: *op
  'x': 1
`;
const JSON_TEXT = `{
  "paths": {
    "/a~b/{x}": { "get": {"tags": ["a", "b,}]c"], "n": [[1], {"z": -2.5e3}], "e\\u0073c": true} },
    "x": 1,
    "x": 2
  }
}
`;

describe('where a pointer leads', () => {
  const cases: readonly { text: string; pointer: string; line: number; column: number }[] = [
    { text: YAML, pointer: '', line: 2, column: 1 },
    { text: YAML, pointer: '/paths', line: 2, column: 1 },
    { text: YAML, pointer: '/paths/~1a~0b~1{x}', line: 3, column: 3 },
    { text: YAML, pointer: '/paths/~1a~0b~1{x}/get/tags/1', line: 5, column: 17 },
    { text: YAML, pointer: '/paths/~1a~0b~1{x}/get/quo ted/y/0/z', line: 6, column: 30 },
    { text: YAML, pointer: '/paths/~1a~0b~1{x}/put/tags', line: 5, column: 7 },
    { text: YAML, pointer: '/paths/x', line: 8, column: 3 },
    { text: YAML, pointer: '/paths/~1a~0b~1{x}/get/nowhere/more', line: 4, column: 5 },
    { text: YAML, pointer: '/paths/x/0', line: 8, column: 3 },
    { text: `\ufeff${YAML.replaceAll('\n', '\r\n')}`, pointer: '/paths/x', line: 8, column: 3 },
    { text: JSON_TEXT, pointer: '', line: 1, column: 1 },
    { text: JSON_TEXT, pointer: '/paths/~1a~0b~1{x}/get', line: 3, column: 19 },
    { text: JSON_TEXT, pointer: '/paths/~1a~0b~1{x}/get/tags/1', line: 3, column: 41 },
    { text: JSON_TEXT, pointer: '/paths/~1a~0b~1{x}/get/n/1/z', line: 3, column: 63 },
    { text: JSON_TEXT, pointer: '/paths/~1a~0b~1{x}/get/esc', line: 3, column: 78 },
    { text: JSON_TEXT, pointer: '/paths/~1a~0b~1{x}/get/tags/7', line: 3, column: 27 },
    { text: JSON_TEXT, pointer: '/paths/x', line: 5, column: 5 },
    { text: '\ufeff{"a": 1}', pointer: '/a', line: 1, column: 2 },
    { text: '{a: 1, b: {c: 2}}', pointer: '/b/c', line: 1, column: 12 },
    { text: '', pointer: '/a', line: 1, column: 1 },
    { text: 'a: [', pointer: '/a/0', line: 1, column: 1 },
    { text: '['.repeat(100_000), pointer: '/0/0', line: 1, column: 3 },
  ];
  it.each(cases)('$pointer → $line:$column', ({ text, pointer, line, column }) => {
    expect(locate(text, pointer)).toEqual({ line, column });
  });
});
