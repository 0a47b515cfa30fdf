import type { WireParameter } from '../../src/model/api.ts';
import type { OperationPlan, ServerPlan } from '../../src/model/plan.ts';
import { quoteJson, quoteString } from '../quote/typescript.ts';
import { bodyOf } from './bodies.ts';
import { callOf, type Imports } from './calls.ts';
import { type Doc, group, list, record } from './layout.ts';
import { fieldsOf, styleOf, xmlShape } from './styles.ts';
import { bindingValue } from './values.ts';

/**
 * Prints what an operation sends: the object that its function hands to `call.send`.
 * @param imports is filled with the functions of runtime/request.ts, body.ts and xml.ts that are called
 */
export function requestOf(operation: OperationPlan, imports: Imports): Doc {
  const { request, security, server } = operation;
  const calls = request.parameters.map((parameter) => ({
    parameter,
    calls: request.bindings
      .filter(
        ({ at }) => at[0] === parameter.in && (parameter.in === 'querystring' || at[1] === parameter.name),
      )
      .map((binding) => parameterCall(parameter, bindingValue(binding, imports), imports)),
  }));
  const inPlace = (place: WireParameter['in']) =>
    calls.filter(({ parameter }) => parameter.in === place).flatMap((one) => one.calls);
  const path = request.path.map((piece): Doc => {
    if ('literal' in piece) return quoteString(encodeLiteral(piece.literal));
    const name = piece.parameter;
    const found = calls.find(({ parameter }) => parameter.in === 'path' && parameter.name === name);
    return found?.calls[0] ?? quoteString(encodeLiteral(`{${name}}`));
  });
  return record({
    method: quoteString(operation.method),
    path: group('[', path, ']'),
    query: list([...inPlace('query'), ...inPlace('querystring')]),
    headers: list(inPlace('header')),
    cookies: list(inPlace('cookie')),
    body: bodyOf(operation, imports),
    accept: quoteString(request.accept),
    security: security.length === 0 ? undefined : quoteJson(security.map((ids) => [...ids])),
    retry: quoteString(operation.retry),
    server: server && serverOf(server),
  });
}

/** A base URL: text, and variables that the environment may set. */
export function serverOf(server: ServerPlan): Doc {
  return group(
    '[',
    server.pieces.map((piece) =>
      typeof piece === 'string'
        ? quoteString(piece)
        : `{ env: ${quoteString(piece.env)}, default: ${quoteString(piece.default)} }`,
    ),
    ']',
  );
}

/** Encodes what no URL may hold; percent-encoded triplets stay. */
function encodeLiteral(text: string): string {
  return text.replace(/%(?![0-9A-Fa-f]{2})|[^\x21-\x7e]|["<>\\^`{|}]/gu, (character) =>
    character === '%' ? '%25' : encodeURIComponent(character.toString()),
  );
}

const functions = { path: 'inPath', query: 'inQuery', header: 'inHeader', cookie: 'inCookie' } as const;

function parameterCall(parameter: WireParameter, value: Doc, imports: Imports): Doc {
  const { name, serialization } = parameter;
  if (parameter.in !== 'querystring') {
    const style = styleOf(serialization, parameter.in);
    return callOf(functions[parameter.in], imports, quoteString(name), value, style);
  }
  if (serialization.kind === 'style') {
    return callOf('querystring', imports, value, quoteString('application/x-www-form-urlencoded'));
  }
  const { mediaType, fields = [], xml } = serialization;
  const shape = xml && xmlShape(xml);
  return callOf(
    'querystring',
    imports,
    value,
    quoteString(mediaType),
    fieldsOf(fields) ?? (shape && '[]'),
    shape,
  );
}
