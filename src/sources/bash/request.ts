import type { Value } from './value.ts';

/** An HTTP request as the client's options say it, before it is understood as an operation. */
export interface Request {
  /** URLs, in order; one call with several sends several requests. */
  readonly urls: readonly Value[];
  readonly method: Value | undefined;
  readonly headers: readonly Header[];
  /** Pieces that go behind the `?`. */
  readonly query: readonly Piece[];
  readonly data: readonly Piece[];
  readonly form: readonly FormPart[];
  /** `user:password` */
  readonly user: Value | undefined;
  readonly bearer: Value | undefined;
  readonly cookies: readonly Value[];
  /** Uses the `.netrc` file. */
  readonly netrc: boolean;
  readonly clientCertificate: boolean;
  /** Content type that the client adds where no header gives one. */
  readonly defaultType: string | undefined;
  readonly accept: string | undefined;
  readonly upload: Value | undefined;
  /** Options without a place in a description. */
  readonly recorded: readonly string[];
  /** What of the request cannot be known, and why. */
  readonly problems: readonly string[];
  readonly fails: boolean;
  readonly timeout: boolean;
  /** Looks at the HTTP status by itself. */
  readonly status: boolean;
  /** The answer goes to a file, not to standard output. */
  readonly toFile: boolean;
}
export interface Header {
  readonly name: string;
  readonly value: Value;
  readonly optional: boolean;
}
/** A piece of a form or query. */
export interface Piece {
  /** `text`: as it is; `urlencode`: curl encodes what follows the first `=`; `file`: the content of a file; `json`: an argument of `--json`. */
  readonly kind: 'text' | 'urlencode' | 'file' | 'binary-file';
  readonly value: Value;
  readonly optional: boolean;
}
export interface FormPart {
  readonly name: string;
  readonly kind: 'text' | 'file';
  readonly value: Value;
  readonly type?: string;
  readonly optional: boolean;
}
