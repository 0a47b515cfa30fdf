import type { MultipartPart, WireMedia } from '../../src/model/api.ts';
import type { OperationPlan } from '../../src/model/plan.ts';
import type { Schema } from '../../src/model/schema.ts';
import { memberAccess, quoteJson, quoteString } from '../quote/typescript.ts';
import { callOf, type Imports } from './calls.ts';
import { type Doc, group, list, record } from './layout.ts';
import { fieldsOf, xmlShape } from './styles.ts';
import { bodyValue } from './values.ts';

/** The call that makes an operation's body; undefined where it has none. */
export function bodyOf(operation: OperationPlan, imports: Imports): Doc | undefined {
  const { request } = operation;
  const shape = request.body;
  if (shape === undefined) return undefined;
  const bindings = request.bindings.filter(({ at }) => at[0] === 'body');
  const value = bodyValue(bindings, imports);
  const media = shape.media.map((one) =>
    group('[', [quoteString(one.mediaType), writerOf(one, operation, imports)], ']'),
  );
  const chooser = operation.arguments.find(({ id, key }) => id === shape.chooser || key === shape.chooser);
  const options = record({
    required: shape.required ? 'true' : undefined,
    choice: chooser === undefined ? undefined : memberAccess('args', chooser.key),
  });
  return callOf(
    'body',
    imports,
    value,
    group('[', media, ']'),
    ...(options.items.length === 0 ? [] : [options]),
  );
}

function writerOf(media: WireMedia, operation: OperationPlan, imports: Imports): Doc {
  switch (media.kind) {
    case 'json':
    case 'jsonLines':
    case 'text':
    case 'binary':
      imports.add(media.kind);
      return media.kind;
    case 'form':
      return callOf('form', imports, fieldsOf(media.fields));
    case 'multipart':
      return multipartOf(media, operation, imports);
    case 'xml':
      return callOf('xml', imports, xmlShape(media.root));
  }
}

function multipartOf(
  { parts, others, positions }: Extract<WireMedia, { kind: 'multipart' }>,
  operation: OperationPlan,
  imports: Imports,
): Doc {
  if (positions !== undefined) {
    const { first, rest } = positions;
    return callOf('multipartList', imports, partOf(rest), list(first.map(partOf)));
  }
  const known = new Set(parts.map(({ name }) => name));
  const files = binaryMembers(operation)
    .filter((name) => !known.has(name))
    .map((name): MultipartPart => ({ name, kind: 'file', headers: [] }));
  const named = [...parts, ...files].map((part) => group('[', [quoteString(part.name), partOf(part)], ']'));
  return others === undefined
    ? callOf('multipart', imports, list(named))
    : callOf('multipart', imports, group('[', named, ']'), partOf(others));
}

function partOf({ kind, contentType, headers, style, xml, fields = [] }: MultipartPart): Doc {
  return record({
    kind: quoteString(kind),
    contentType: contentType === undefined ? undefined : quoteString(contentType),
    headers: headers.length === 0 ? undefined : quoteJson(headers.map(({ name, value }) => [name, value])),
    style: style === undefined ? undefined : quoteString(style.style),
    explode: style === undefined ? undefined : String(style.explode),
    xml: xml && xmlShape(xml),
    fields: fieldsOf(fields),
  });
}

/** Top-level members of the body that are files though the document describes no part for them. */
function binaryMembers({ request, arguments: args }: OperationPlan): string[] {
  const binary = new Set(args.filter(({ schema }) => isBinary(schema)).map(({ key }) => key));
  return request.bindings.flatMap((binding) => {
    const [place, name, deeper] = binding.at;
    const isFile = binding.kind === 'argument' && binary.has(binding.arg);
    return isFile && place === 'body' && name !== undefined && deeper === undefined ? [name] : [];
  });
}

function isBinary(schema: Schema): boolean {
  if (schema.kind === 'array') return isBinary(schema.items);
  return schema.kind === 'string' && schema.binary === 'raw';
}
