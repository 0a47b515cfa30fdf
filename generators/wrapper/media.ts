import type {
  FormField,
  MultipartPart,
  WireMedia,
  WireParameter,
  XmlContent,
  XmlShape,
} from '../../src/model/api.ts';
import { line, memberName, serializationWord } from './words.ts';

/** How the members of a form are written; what stands before the first `body` is of the query string. `within` begins the names of a form inside of a form. */
export function fieldLines(fields: readonly FormField[], within = ''): string[] {
  return fields.flatMap(({ name, serialization }) => [
    line('field', `${within}${memberName(name)}`, serializationWord(serialization)),
    ...(serialization.kind === 'content' ? innerLines(memberName(name), serialization, within) : []),
  ]);
}

/** What the values of a parameter need beside its style; stands before the first `body`. */
export function contentLines({ in: place, name, serialization }: WireParameter): string[] {
  if (serialization.kind !== 'content') return [];
  const { xml, fields = [] } = serialization;
  return [
    ...innerLines(memberName(`${place} ${name}`), xml === undefined ? {} : { xml }),
    ...fieldLines(fields),
  ];
}

/** `inner OWNER`, and what follows `element`: how a value becomes XML that is no whole body. `~6OWNER~7 ` begins the names of members of a form that is none. */
function innerLines(
  owner: string,
  { xml, fields = [] }: { readonly xml?: XmlShape; readonly fields?: readonly FormField[] },
  within = '',
): string[] {
  return [
    ...(xml === undefined
      ? []
      : xmlLines(xml, '', 0, '', within === '' ? ['inner', owner] : ['piece', `${within}~5${owner}`])),
    ...fieldLines(fields, `${within}~6${owner}~7 `),
  ];
}

/** One way to write the body: `body KIND CONTENT-TYPE [required]`, and what its members need. */
export function mediaLines(media: WireMedia, required: boolean): string[] {
  const lines = [line('body', media.kind, media.mediaType, ...(required ? ['required'] : []))];
  if (media.kind === 'form') lines.push(...fieldLines(media.fields));
  if (media.kind === 'multipart')
    for (const part of media.parts) lines.push(...pieceLines(memberName(part.name), part));
  if (media.kind === 'multipart' && media.others !== undefined)
    lines.push(...pieceLines(OTHERS, media.others));
  if (media.kind === 'multipart' && media.positions !== undefined) {
    const { first, rest } = media.positions;
    lines.push(
      ...first.flatMap((part, index) => pieceLines(`${POSITION}${index}`, part)),
      ...pieceLines(POSITION, rest),
    );
  }
  if (media.kind === 'xml') lines.push(...xmlLines(media.root, '', 0));
  return lines;
}

/** What stands for the name of members that the document does not name; no name is spelled so. */
const OTHERS = '~3';

/** The same for the items of a list: with a number for one of the first, without for all others. */
const POSITION = '~4';

/** `piece NAME KIND TYPE [HEADER…]`; KIND is text, json, file, xml, urlencoded or a style. */
function pieceLines(name: string, part: MultipartPart): string[] {
  const { kind, contentType = '', style } = part;
  // `form` is a style.
  const word = kind === 'form' ? 'urlencoded' : kind;
  const how =
    style === undefined ? word : serializationWord({ kind: 'style', allowReserved: false, ...style });
  const headers = part.headers.map((header) => `${header.name}: ${header.value}`);
  return [line('piece', name, how, contentType, ...headers), ...innerLines(name, part)];
}

/**
 * `element DEPTH MEMBER NAME FLAGS [NAMESPACE [PREFIX]]`: a is an attribute, w wraps its items, i is the shape of the items of the element above; t, c and n stand for no element: text, CDATA, nothing.
 * A number in FLAGS: what stands inside is what stands inside of the element of depth 0 that has this number as its member.
 */
function xmlLines(
  shape: XmlShape,
  member: string,
  depth: number,
  flags = '',
  words: readonly [string, ...string[]] = ['element'],
): string[] {
  const marks =
    `${flags}${shape.attribute === true ? 'a' : ''}${shape.wrapped === true ? 'w' : ''}${shape.node?.charAt(0) ?? ''}${shape.like ?? ''}` ||
    '-';
  const rest = shape.prefix === undefined ? [shape.namespace ?? ''] : [shape.namespace ?? '', shape.prefix];
  const name = line(
    words[0],
    ...words.slice(1),
    String(depth),
    member,
    shape.name,
    marks,
    ...(rest.join('') === '' ? [] : rest),
  );
  return [
    name,
    ...xmlContent(shape, depth, words),
    ...(shape.named ?? []).flatMap((content, id) => [
      line(words[0], ...words.slice(1), '0', String(id), '-', '-'),
      ...xmlContent(content, 0, words),
    ]),
  ];
}

function xmlContent(
  { items, properties = [] }: XmlContent,
  depth: number,
  words: readonly [string, ...string[]],
): string[] {
  return [
    ...(items === undefined ? [] : xmlLines(items, '', depth + 1, 'i', words)),
    ...properties.flatMap(({ property, shape }) =>
      xmlLines(shape, memberName(property), depth + 1, '', words),
    ),
  ];
}
