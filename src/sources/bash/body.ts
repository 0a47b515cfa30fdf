import { nodePlaces, type Place, type Problem } from './places.ts';
import { presetOf } from './presets.ts';
import type { FormPart, Piece, Request } from './request.ts';
import type { Node } from './template.ts';
import { parseTemplate } from './template.ts';
import { readForm } from './url.ts';
import { constant, type Hole, holesOf, join, soleHole, text, type Value } from './value.ts';

/** A request body: its media type and what stands in it. */
export interface Body {
  readonly mediaType: string;
  readonly places: readonly Place[];
  /** The tree of a JSON body. */
  readonly node?: Node;
  readonly rawNewline?: number;
  readonly invalid?: { readonly at: number; readonly message: string };
  /** Schema of a body that is one argument. */
  readonly schema?: import('../../model/json.ts').JsonObject;
}

/** Reads the body of a request; undefined where it has none. */
export function readBody(
  request: Request,
  contentType: string | undefined,
  problems: Problem[],
): Body | undefined {
  const unresolved = (message: string): void => void problems.push({ code: 'unresolved', message });
  if (request.form.length > 0) return multipart(request.form);
  if (request.upload !== undefined) return bytes(request.upload, contentType ?? 'application/octet-stream');
  if (request.data.length === 0) return undefined;
  const mediaType = mediaOf(contentType ?? request.defaultType ?? 'application/x-www-form-urlencoded');
  const [first] = request.data;
  const joined = joinPieces(request.data);
  const encoded = request.data.some((piece) => piece.kind === 'urlencode');
  if (!encoded && first !== undefined && request.data.length === 1) {
    const held = soleHole(first.value);
    const opaque =
      held?.source.kind === 'file' || held?.source.kind === 'stdin' || held?.source.kind === 'command';
    if (opaque && held !== undefined) return opaqueBody(held, first, contentType, mediaType);
  }
  if (!encoded && (isJson(mediaType) || looksJson(joined)))
    return jsonBody(joined, isJson(mediaType) ? mediaType : 'application/json');
  if (mediaType === 'application/x-www-form-urlencoded') return form(request.data, problems);
  if (encoded) unresolved('form fields are encoded for a body that is no form');
  if (joined.length === 0) return undefined;
  return { mediaType, places: [{ at: ['body'], content: { value: joined }, schema: { type: 'string' } }] };
}

function mediaOf(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase() || 'application/octet-stream';
}

/** Whether a media type is JSON, `application/problem+json` and the like included (RFC 6839 section 3.1). */
export function isJson(mediaType: string): boolean {
  return /^application\/(?:[\w.+-]*\+)?json$/i.test(mediaType);
}

function looksJson(value: Value): boolean {
  const [first] = value;
  return first?.kind === 'text' && /^\s*(?:\{\s*(?:"|$|\})|\[\s*["{\]])/.test(first.text);
}

function joinPieces(pieces: readonly Piece[]): Value {
  const amp = (index: number): Value => (index === 0 ? [] : text('&', 0));
  return join(pieces.flatMap((piece, index) => [amp(index), piece.value]));
}

function jsonBody(value: Value, mediaType: string): Body {
  const alone = soleHole(value);
  if (alone !== undefined) return { mediaType, places: [{ at: ['body'], content: { value }, schema: {} }] };
  const template = parseTemplate(value);
  const newline = template.rawNewline === undefined ? {} : { rawNewline: template.rawNewline };
  if (template.node === undefined) {
    const shown = value.map((part) => (part.kind === 'text' ? part.text : '…')).join('');
    return {
      mediaType,
      places: [{ at: ['body'], content: { json: shown } }],
      ...newline,
      invalid: template.invalid ?? { at: 0, message: 'it cannot be read' },
    };
  }
  return {
    mediaType,
    node: template.node,
    places: [],
    ...newline,
    ...(template.invalid === undefined ? {} : { invalid: template.invalid }),
  };
}

/** The places of a JSON body that is no GraphQL request. */
export function jsonPlaces(node: Node, problems: Problem[]): Place[] {
  return nodePlaces(node, ['body'], problems);
}

function opaqueBody(held: Hole, piece: Piece, contentType: string | undefined, mediaType: string): Body {
  if (isJson(mediaType) || (contentType === undefined && piece.kind !== 'binary-file'))
    return {
      mediaType: 'application/json',
      places: [{ at: ['body'], content: { value: [held] }, schema: {} }],
    };
  if (/^text\/|xml$|x-www-form-urlencoded$/.test(mediaType))
    return {
      mediaType: mediaType.endsWith('urlencoded') ? 'application/octet-stream' : mediaType,
      places: [{ at: ['body'], content: { value: [held] }, schema: { type: 'string' } }],
    };
  return bytes([held], mediaType);
}

function bytes(value: Value, mediaType: string): Body {
  const alone = soleHole(value);
  const content: Value =
    alone === undefined
      ? [{ kind: 'hole', source: { kind: 'file', path: constant(value) ?? 'file' }, at: 0, filters: [] }]
      : [alone];
  return {
    mediaType: mediaOf(mediaType),
    places: [{ at: ['body'], content: { value: content }, schema: { type: 'string', format: 'binary' } }],
  };
}

function form(pieces: readonly Piece[], problems: Problem[]): Body {
  const messages: string[] = [];
  const pairs = pieces.flatMap((piece) => readForm(piece.value, piece.kind === 'urlencode', messages));
  problems.push(...messages.map((message): Problem => ({ code: 'unresolved', message })));
  return {
    mediaType: 'application/x-www-form-urlencoded',
    places: unique(
      pairs.map((pair) => ({
        at: ['body', pair.name],
        content: { value: withPreset(pair.value, pair.name) },
      })),
      problems,
    ),
  };
}

function withPreset(value: Value, name: string): Value {
  const held = presetOf(value, name);
  return held === undefined ? value : [held];
}

function multipart(parts: readonly FormPart[]): Body {
  const places = parts.map((part): Place => {
    const at = ['body', part.name];
    if (part.kind === 'text') return { at, content: { value: withPreset(part.value, part.name) } };
    const alone = soleHole(part.value);
    const held: Value =
      alone === undefined
        ? [
            {
              kind: 'hole',
              source: { kind: 'file', path: constant(part.value) ?? part.name },
              at: 0,
              filters: [],
            },
          ]
        : [alone];
    return { at, content: { value: held }, schema: { type: 'string', format: 'binary' } };
  });
  return { mediaType: 'multipart/form-data', places: unique(places, []) };
}

/** Several values of one name become one list, if they are constants or one argument. */
export function unique(places: readonly Place[], problems: Problem[]): Place[] {
  const byName = new Map<string, Place[]>();
  for (const place of places) {
    const key = place.at.join('\0');
    byName.set(key, [...(byName.get(key) ?? []), place]);
  }
  return [...byName.values()].flatMap((list): Place[] => {
    const [first] = list;
    if (first === undefined) return [];
    const isList =
      'value' in first.content &&
      holesOf(first.content.value).some((held) => held.source.kind === 'flag' && held.source.list === true);
    if (list.length === 1)
      return isList
        ? [{ ...first, schema: first.schema ?? { type: 'array', items: { type: 'string' } } }]
        : [first];
    const texts = list.map((place) => ('value' in place.content ? constant(place.content.value) : undefined));
    const known = texts.filter((one) => one !== undefined);
    if (known.length === list.length) return [{ at: first.at, content: { json: known } }];
    if (
      'value' in first.content &&
      list.every(
        (place) =>
          'value' in place.content &&
          holesOf(place.content.value)[0] !== undefined &&
          sameSource(place, first),
      )
    )
      return [{ ...first, schema: { type: 'array', items: { type: 'string' } } }];
    problems.push({ code: 'argument-place', message: `several arguments stand at \`${first.at[1] ?? ''}\`` });
    return [first];
  });
}

function sameSource(a: Place, b: Place): boolean {
  const of = (place: Place): string =>
    'value' in place.content ? JSON.stringify(holesOf(place.content.value).map((held) => held.source)) : '';
  return of(a) === of(b);
}
