import { describe, expect, test } from 'vitest';
import { breakCircles } from '../../generators/server/circles.ts';
import type { Json, JsonObject } from '../../src/model/json.ts';

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** The schemas after their circles are broken. */
function broken(schemas: JsonObject): unknown {
  const document = structuredClone({ components: { schemas } }) as { components: { schemas: Json } };
  breakCircles(document);
  return document.components.schemas;
}

describe('types that would be made of themselves', () => {
  test('a base whose union lists its heirs is inherited without a type', () => {
    const schemas = {
      Pet: { type: 'object', oneOf: [ref('Cat')] },
      Cat: { allOf: [ref('Pet'), { type: 'object' }] },
      Other: { allOf: [ref('Cat')] },
    };
    expect(broken(schemas)).toEqual({ ...schemas, Cat: { allOf: [{}, { type: 'object' }] } });
  });

  test('lists and unions of themselves hold anything', () => {
    const schemas = {
      Tree: { type: 'array', items: ref('Tree') },
      Value: { anyOf: [{ type: 'string' }, { type: 'array', items: ref('Value') }] },
    };
    expect(broken(schemas)).toEqual({
      Tree: { type: 'array', items: {} },
      Value: { anyOf: [{ type: 'string' }, { type: 'array', items: {} }] },
    });
  });

  test('what stands in a member stays', () => {
    const schemas = { Node: { properties: { next: ref('Node') }, additionalProperties: ref('Node') } };
    expect(broken(schemas)).toEqual(schemas);
  });

  test('a chain of any length is no circle', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`S${index}`, { allOf: [ref(`S${index + 1}`)] }]),
    );
    expect(broken(chain)).toEqual(chain);
  });
});
