import type { Schema } from '../model/schema.ts';
import type { Node } from './context.ts';

/** Which side of an exchange a schema is lowered for: readOnly members are absent from requests, writeOnly ones from responses. */
export type Direction = 'request' | 'response';

/** The named schemas: what is lowered, what is waiting, and what is under way. */
export interface SchemaStore {
  readonly schemas: Map<string, Schema>;
  /** Direction and pointer → id. */
  readonly ids: Map<string, string>;
  /** Ids that are referred to and not lowered yet. */
  readonly waiting: Map<string, { readonly node: Node; readonly direction: Direction }>;
  /** Pointers of the named schemas that are being lowered, outermost first: an `allOf` looks into its references at once. */
  readonly active: Map<string, string>;
  /** Schemas lowered so far, against hostile sizes. */
  count: number;
}

/** A store without schemas: one per document. */
export function schemaStore(): SchemaStore {
  return { schemas: new Map(), ids: new Map(), waiting: new Map(), active: new Map(), count: 0 };
}
