import type { FormField, MultipartPart, WireMedia, XmlShape } from '../../src/model/api.ts';
import { line, memberName, serializationWord } from './words.ts';

/** How the members of a form are written; what stands before the first `body` is of the query string. */
export function fieldLines(fields: readonly FormField[]): string[] {
  return fields.map(({ name, serialization }) =>
    line('field', memberName(name), serializationWord(serialization)),
  );
}

/** One way to write the body: `body KIND CONTENT-TYPE [required]`, and what its members need. */
export function mediaLines(media: WireMedia, required: boolean): string[] {
  const lines = [line('body', media.kind, media.mediaType, ...(required ? ['required'] : []))];
  if (media.kind === 'form') lines.push(...fieldLines(media.fields));
  if (media.kind === 'multipart')
    for (const part of media.parts) lines.push(pieceLine(memberName(part.name), part));
  if (media.kind === 'multipart' && media.others !== undefined) lines.push(pieceLine(OTHERS, media.others));
  if (media.kind === 'multipart' && media.positions !== undefined) {
    const { first, rest } = media.positions;
    lines.push(
      ...first.map((part, index) => pieceLine(`${POSITION}${index}`, part)),
      pieceLine(POSITION, rest),
    );
  }
  if (media.kind === 'xml') lines.push(...xmlLines(media.root, '', 0));
  return lines;
}

/** What stands for the name of members that the document does not name; no name is spelled so. */
const OTHERS = '~3';

/** The same for the items of a list: with a number for one of the first, without for all others. */
const POSITION = '~4';

/** `piece NAME KIND TYPE [HEADER…]`; KIND is text, json, file or a style. */
function pieceLine(name: string, { kind, contentType = '', headers, style }: MultipartPart): string {
  const how =
    style === undefined ? kind : serializationWord({ kind: 'style', allowReserved: false, ...style });
  return line('piece', name, how, contentType, ...headers.map((header) => `${header.name}: ${header.value}`));
}

/** `element DEPTH MEMBER NAME FLAGS [NAMESPACE [PREFIX]]`: a is an attribute, w wraps its items, i is the shape of the items of the element above; t, c and n stand for no element: text, CDATA, nothing. */
function xmlLines(shape: XmlShape, member: string, depth: number, flags = ''): string[] {
  const marks =
    `${flags}${shape.attribute === true ? 'a' : ''}${shape.wrapped === true ? 'w' : ''}${shape.node?.charAt(0) ?? ''}` ||
    '-';
  const rest = shape.prefix === undefined ? [shape.namespace ?? ''] : [shape.namespace ?? '', shape.prefix];
  const name = line(
    'element',
    String(depth),
    member,
    shape.name,
    marks,
    ...(rest.join('') === '' ? [] : rest),
  );
  return [
    name,
    ...(shape.items === undefined ? [] : xmlLines(shape.items, '', depth + 1, 'i')),
    ...(shape.properties ?? []).flatMap(({ property, shape: inner }) =>
      xmlLines(inner, memberName(property), depth + 1),
    ),
  ];
}
