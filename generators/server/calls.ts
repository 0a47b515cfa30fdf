import { call, type Doc } from './layout.ts';

/** Names of the functions of the runtime that the printed code calls. */
export type Imports = Set<RuntimeFunction>;

/** Where each function of the runtime lives that printed code may call. */
export const homes = {
  body: ['body', 'json', 'jsonLines', 'text', 'binary', 'form', 'multipart', 'multipartList'],
  content: ['querystring'],
  request: [
    'inPath',
    'inQuery',
    'inHeader',
    'inCookie',
    'object',
    'rest',
    'template',
    'matched',
    'inString',
    'jsonText',
    'scalar',
  ],
  schema: [
    'anything',
    'integer',
    'maxItems',
    'maxLength',
    'maxProperties',
    'minItems',
    'minLength',
    'minProperties',
    'multipleOf',
    'not',
    'oneOf',
    'own',
    'pattern',
    'patternProperties',
    'uniqueItems',
  ],
  xml: ['xml'],
} as const;

export type RuntimeFunction = (typeof homes)[keyof typeof homes][number];

/** A call of a function of the runtime. Arguments that are undefined are left out. */
export function callOf(name: RuntimeFunction, imports: Imports, ...args: readonly (Doc | undefined)[]): Doc {
  imports.add(name);
  return call(name, ...args.filter((one) => one !== undefined));
}
