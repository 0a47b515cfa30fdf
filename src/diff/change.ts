/** One difference that a caller may notice. */
export interface Change {
  readonly breaking: boolean;
  readonly kind:
    | 'api'
    | 'added'
    | 'removed'
    | 'renamed'
    | 'argument-added'
    | 'argument-removed'
    | 'argument-renamed'
    | 'argument-required'
    | 'argument-optional'
    | 'argument-narrowed'
    | 'argument-widened'
    | 'argument-default'
    | 'argument-position'
    | 'argument-moved'
    | 'output'
    | 'behaviour'
    | 'secret';
  readonly api: string;
  /** Command of the operation, as it was where it was. */
  readonly command?: string;
  /** Flag of the argument. */
  readonly argument?: string;
  readonly message: string;
}

/** A change without what its surroundings know. */
export type Part = Omit<Change, 'api' | 'command'>;
