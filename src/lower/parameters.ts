import type {
  Argument,
  Binding,
  FormField,
  Place,
  RequestShape,
  Style,
  WireParameter,
  XmlShape,
} from '../model/api.ts';
import type { ParameterExtension } from '../model/document.ts';
import { isObject, member } from '../model/json.ts';
import type { Schema } from '../model/schema.ts';
import { asText, demand, exactDefault, firstGiven, singleValue } from './arguments.ts';
import { type Context, child, deref, entries, items, type Node, origin, report, text } from './context.ts';
import { formFields } from './encoding.ts';
import { isMediaType, kindOf } from './media.ts';
import { lowerSchema, resolve } from './schema.ts';
import { elementShape } from './xml.ts';

/** A parameter with the argument that fills it. */
export interface LoweredParameter {
  readonly argument: Argument;
  readonly wire: WireParameter;
  readonly binding: Binding;
}

type In = WireParameter['in'];
const places: readonly string[] = ['path', 'query', 'header', 'cookie', 'querystring'];

/** Styles in their places (OpenAPI 3.2 section 4.12.2.3); the delimited ones also where Swagger 2.0's collectionFormat has them. */
const styles: Readonly<Record<Exclude<In, 'querystring'>, readonly [Style, ...Style[]]>> = {
  path: ['simple', 'label', 'matrix', 'spaceDelimited', 'pipeDelimited', 'tabDelimited'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'tabDelimited', 'deepObject'],
  header: ['simple', 'spaceDelimited', 'pipeDelimited', 'tabDelimited'],
  cookie: ['form', 'cookie'],
};

/**
 * Lowers the parameters of an operation: those of its path item and its own, which replace those of the same name and place (OpenAPI 3.1 section 4.8.9.1).
 * Reports parameters without name or place, repeated ones, headers that OpenAPI ignores, and styles that do not exist in their place.
 */
export function lowerParameters(
  context: Context,
  pathItem: Node,
  operation: Node,
): readonly LoweredParameter[] {
  const nodes = new Map<string, Node>();
  for (const list of [child(pathItem, 'parameters'), child(operation, 'parameters')]) {
    const own = new Set<string>();
    for (const item of items(list)) {
      const node = deref(context, item);
      if (node === undefined) continue;
      const key = identity(context, node);
      if (key === undefined) continue;
      if (own.has(key)) {
        report(context, 'parameter-duplicate', `\`${text(node, 'name')}\` is declared twice`, item.pointer);
        continue;
      }
      own.add(key);
      nodes.set(key, node);
    }
  }
  return [...nodes.values()].map((node) => lowerParameter(context, node));
}

/** Whether a text is a token of RFC 9110 section 5.6.2: what methods and the names of headers and cookies are made of. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/** What makes a parameter unique, or undefined where it is to be left out. Header names have no case. */
function identity(context: Context, node: Node): string | undefined {
  const name = text(node, 'name');
  const place = text(node, 'in');
  if (name === '' || !places.includes(place)) {
    report(
      context,
      'parameter-invalid',
      name === '' ? 'A parameter has no name' : `Parameter \`${name}\` is in \`${place}\`, which is no place`,
      node.pointer,
      `A parameter is in ${places.join(', ')}`,
    );
    return undefined;
  }
  if (place === 'header' && /^(accept|content-type|authorization)$/i.test(name)) {
    report(context, 'header-ignored', `The header parameter \`${name}\` is ignored`, node.pointer);
    return undefined;
  }
  // What a cookie's name cannot hold is percent-encoded, but for the style `cookie` (OpenAPI 3.2 appendix D).
  const asIs = place === 'header' || (place === 'cookie' && text(node, 'style') === 'cookie');
  if (asIs && !isToken(name)) {
    report(
      context,
      'parameter-invalid',
      `\`${name}\` is no name that a ${place} can have`,
      node.pointer,
      "Letters, digits and !#$%&'*+-.^_`|~ are allowed",
    );
    return undefined;
  }
  return `${place} ${place === 'header' ? name.toLowerCase() : name}`;
}

function lowerParameter(context: Context, node: Node): LoweredParameter {
  const name = text(node, 'name');
  const place = text(node, 'in') as In;
  const content = entries(child(node, 'content')).find(([type]) => isMediaType(type));
  const media = content === undefined ? undefined : deref(context, content[1]);
  const schemaNode = media === undefined ? child(node, 'schema') : child(media, 'schema');
  const schema: Schema =
    schemaNode === undefined
      ? media === undefined
        ? { kind: 'string' }
        : { kind: 'any' }
      : asText(context, lowerSchema(context, schemaNode, 'request'));
  const extension = extensionOf(node);
  const resolved = resolve(context, schema);
  const single = singleValue(resolved);
  const stated = place === 'path' || member(node.value, 'required') === true;
  const fallback = firstGiven(exactDefault(extension.default, resolved), stated ? single : undefined);
  const id = `${place}.${name}`;
  const at: Place = place === 'querystring' ? ['querystring'] : [place, name];
  return {
    argument: {
      id,
      name: extension.name ?? name,
      ...demand(stated, fallback, extension.env),
      schema,
      description: text(node, 'description') || (resolved.description ?? ''),
      deprecated: member(node.value, 'deprecated') === true || resolved.deprecated === true,
      ...(fallback === undefined ? {} : { default: fallback }),
      ...(extension.env === undefined ? {} : { env: extension.env }),
      hidden: extension.hidden ?? false,
      origin: origin(context, node.pointer),
    },
    wire: {
      in: place,
      name,
      serialization:
        content === undefined
          ? styleOf(context, node, place)
          : {
              kind: 'content',
              mediaType: content[0],
              ...membersOf(context, node, content[0], media, resolved),
            },
    },
    binding: { at, kind: 'argument', arg: id },
  };
}

/** How the members of a value are written: of XML by its schema, of a query string that is a form by its encoding (OpenAPI 3.2 section 4.12.3). */
function membersOf(
  context: Context,
  parameter: Node,
  mediaType: string,
  media: Node | undefined,
  schema: Schema,
): { readonly fields?: readonly FormField[]; readonly xml?: XmlShape } {
  const kind = kindOf(mediaType);
  if (media === undefined) return {};
  if (kind === 'xml') {
    return { xml: elementShape(context, child(media, 'schema'), text(parameter, 'name')) };
  }
  if (text(parameter, 'in') !== 'querystring' || kind !== 'form') return {};
  const fields = formFields(context, media, schema);
  return fields.length === 0 ? {} : { fields };
}

/** `x-mcpgen` of a parameter or property; empty where there is none. */
export function extensionOf(node: Node): ParameterExtension {
  const extension = member(node.value, 'x-mcpgen');
  return isObject(extension) ? (extension as ParameterExtension) : {};
}

/** The serialisation of a parameter, with the defaults of its place (OpenAPI 3.1 section 4.8.12.2). */
function styleOf(context: Context, node: Node, place: In): WireParameter['serialization'] {
  if (place === 'querystring') return { kind: 'content', mediaType: 'application/x-www-form-urlencoded' };
  const allowed = styles[place];
  const stated = text(node, 'style');
  const style = allowed.find((name) => name === stated) ?? allowed[0];
  if (stated !== '' && stated !== style) {
    report(
      context,
      'parameter-invalid',
      `\`${stated}\` is no style of a ${place} parameter; \`${style}\` is used`,
      node.pointer,
      `A ${place} parameter has the style ${allowed.join(', ')}`,
    );
  }
  const explode = member(node.value, 'explode');
  return {
    kind: 'style',
    style,
    explode: typeof explode === 'boolean' ? explode : style === 'form' || style === 'cookie',
    allowReserved: member(node.value, 'allowReserved') === true,
  };
}

/**
 * Takes a path template apart. What stands after a `#` is not part of it.
 * @returns the pieces, and constants of the query where the template has one
 */
export function pathPieces(path: string): {
  readonly pieces: RequestShape['path'];
  readonly query: readonly (readonly [string, string])[];
} {
  const mark = /\?([^{}]*)$/.exec(path);
  const query = mark === null ? [] : [...new URLSearchParams(mark[1] ?? '')];
  const template = mark === null ? path : path.slice(0, mark.index);
  const pieces = template
    .split(/(\{[^{}]+\})/)
    .filter((piece) => piece !== '')
    .map((piece) => (/^\{[^{}]+\}$/.test(piece) ? { parameter: piece.slice(1, -1) } : { literal: piece }));
  return { pieces, query };
}

/** Removes a path's `#fragment`: it makes the key unique and is never sent. A `#` inside braces belongs to a name. */
export function withoutFragment(pathKey: string): string {
  let depth = 0;
  for (let index = 0; index < pathKey.length; index++) {
    const character = pathKey[index];
    if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (character === '#' && depth <= 0) return pathKey.slice(0, index);
  }
  return pathKey;
}
