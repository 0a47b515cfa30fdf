import type { Writer } from './body.ts';
import { ArgumentError, membersOf, textOf } from './encode.ts';

/** How a JSON value becomes XML (OpenAPI's XML Object). */
export interface Shape extends Content {
  readonly name: string;
  readonly namespace?: string;
  readonly prefix?: string;
  readonly attribute?: boolean;
  /** There is no element: the value stands as this in the one around it. */
  readonly node?: 'text' | 'cdata' | 'none';
  /** A list has an element of this name around its items. */
  readonly wrapped?: boolean;
  /** Of the outermost element: what `like` counts in. */
  readonly named?: readonly Content[];
}

/** What stands inside of an element. */
interface Content {
  readonly items?: Shape;
  readonly properties?: readonly (readonly [property: string, shape: Shape])[];
  /** It is what this entry of `named` says: a value may hold others of its kind. */
  readonly like?: number;
}

/** A document with one root element. */
export function xml(root: Shape): Writer {
  return (value, contentType) => ({ contentType, bytes: Buffer.from(xmlText(value, root)) });
}

/** The text of such a document. */
export function xmlText(value: unknown, root: Shape): string {
  return `<?xml version="1.0" encoding="UTF-8"?>${element(value, root, root.named ?? [])}`;
}

function element(value: unknown, shape: Shape, named: readonly Content[]): string {
  if (value === undefined || value === null) return '';
  const { items, properties = [] } = shape.like === undefined ? shape : (named[shape.like] ?? {});
  if (Array.isArray(value)) {
    const item = items ?? { name: shape.name };
    const list = value.map((one) => element(one, item, named)).join('');
    return shape.wrapped === true ? tag(shape, '', list) : list;
  }
  if (typeof value !== 'object') {
    const text = textOf(value);
    return shape.node === 'cdata' ? section(text) : tag(shape, '', escapeText(text));
  }
  const members = new Map(membersOf(value));
  const known = properties.filter(([property]) => members.has(property));
  const names = new Set(known.map(([property]) => property));
  const attributes = known
    .filter(([property, child]) => child.attribute === true && members.get(property) !== null)
    .map(([property, child]) => ` ${qualified(child)}="${escapeAttribute(textOf(members.get(property)))}"`);
  const children = [
    ...known
      .filter(([, child]) => child.attribute !== true)
      .map(([name, child]) => element(members.get(name), child, named)),
    ...[...members]
      .filter(([name]) => !names.has(name))
      .map(([name, member]) => element(member, { name }, named)),
  ];
  return tag(shape, attributes.join(''), children.join(''));
}

function tag(shape: Shape, attributes: string, content: string): string {
  if (shape.node !== undefined) return content;
  const name = qualified(shape);
  const prefix = shape.prefix === undefined ? '' : `:${shape.prefix}`;
  const namespace =
    shape.namespace === undefined ? '' : ` xmlns${prefix}="${escapeAttribute(shape.namespace)}"`;
  return `<${name}${namespace}${attributes}>${content}</${name}>`;
}

function qualified(shape: Shape): string {
  return shape.prefix === undefined ? shape.name : `${shape.prefix}:${shape.name}`;
}

/** A CDATA section cannot hold its own end. */
function section(text: string): string {
  return `<![CDATA[${checked(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function escapeText(text: string): string {
  return checked(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;');
}

function checked(text: string): string {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(text)) {
    throw new ArgumentError('XML cannot hold control characters');
  }
  return text;
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}
