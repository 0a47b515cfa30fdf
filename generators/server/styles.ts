import type { FormField, WireParameter, XmlContent, XmlShape } from '../../src/model/api.ts';
import { quoteString } from '../quote/typescript.ts';
import { type Doc, group, list, record } from './layout.ts';

const defaultStyles = { path: 'simple', query: 'form', header: 'simple', cookie: 'form' } as const;

/** How a parameter is written, in what differs from the defaults of its place; undefined if nothing does. */
export function styleOf(
  serialization: WireParameter['serialization'],
  place: keyof typeof defaultStyles,
): Doc | undefined {
  if (serialization.kind === 'content') {
    const { mediaType, xml, fields = [] } = serialization;
    return record({ content: quoteString(mediaType), xml: xml && xmlShape(xml), fields: fieldsOf(fields) });
  }
  const { style, explode, allowReserved } = serialization;
  const usual = place === 'query' ? style === 'form' : place === 'cookie';
  const options = record({
    style: style === defaultStyles[place] ? undefined : quoteString(style),
    explode: explode === usual || style === 'deepObject' ? undefined : String(explode),
    allowReserved: allowReserved ? 'true' : undefined,
  });
  return options.items.length === 0 ? undefined : options;
}

/** The list of the members of a form that are not written in the default way; undefined where there is none. */
export function fieldsOf(fields: readonly FormField[]): Doc | undefined {
  return list(
    fields.map(({ name, serialization }) =>
      group('[', [quoteString(name), styleOf(serialization, 'query') ?? '{}'], ']'),
    ),
  );
}

/** How JSON becomes XML. */
export function xmlShape(shape: XmlShape): Doc {
  const text = (value: string | undefined) => (value === undefined ? undefined : quoteString(value));
  return record({
    name: quoteString(shape.name),
    namespace: text(shape.namespace),
    prefix: text(shape.prefix),
    attribute: shape.attribute === true ? 'true' : undefined,
    node: text(shape.node),
    wrapped: shape.wrapped === true ? 'true' : undefined,
    ...xmlContent(shape),
    named: list((shape.named ?? []).map((content) => record(xmlContent(content)))),
  });
}

function xmlContent({ items, properties, like }: XmlContent): Readonly<Record<string, Doc | undefined>> {
  const members = properties?.map(({ property, shape }) =>
    group('[', [quoteString(property), xmlShape(shape)], ']'),
  );
  return {
    items: items && xmlShape(items),
    properties: members && group('[', members, ']'),
    like: like === undefined ? undefined : String(like),
  };
}
