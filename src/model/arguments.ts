import type { ArgumentPlan, OperationPlan } from './plan.ts';
import { resolveSchema, type Schemas } from './schema.ts';

/** A body that may be left out: what command and tool must both know of its arguments. */
export interface OptionalBody {
  /** The arguments that fill the body and nothing else. */
  readonly arguments: readonly ArgumentPlan[];
  /** Those of them that the body cannot do without, once one of them is given. */
  readonly requires: readonly ArgumentPlan[];
}

/**
 * The body of an operation that may be left out.
 * @returns undefined where there is none, or where it makes no difference that it may: nothing in it is required or supplied by itself
 */
export function optionalBody({ request, arguments: all }: OperationPlan): OptionalBody | undefined {
  const { body } = request;
  if (body === undefined || body.required) return undefined;
  const inBody = all.filter(({ places }) => places.length > 0 && places.every(([place]) => place === 'body'));
  const supplied = inBody.some((argument) => argument.env !== undefined || argument.default !== undefined);
  if (!supplied && body.requires.length === 0) return undefined;
  // The media type fills no place.
  const requires = all.filter(({ key, id }) => body.requires.includes(key) || body.requires.includes(id));
  return { arguments: inBody, requires };
}

/**
 * The number that an argument has where nobody gives one, by the document.
 * @param key of the argument; undefined gives undefined
 */
export function assumedNumber(
  { arguments: all }: Pick<OperationPlan, 'arguments'>,
  key: string | undefined,
  schemas: Schemas,
): number | undefined {
  const argument = all.find((one) => one.key === key);
  const value = argument && (argument.default ?? resolveSchema(argument.schema, schemas).default);
  return typeof value === 'number' ? value : undefined;
}
