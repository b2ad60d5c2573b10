import type { Location, Step } from './location.js';

/** A place where text of a request is given to something that throws on what it cannot read, or is used though it may be missing. */
export interface RequestParse {
  readonly kind: 'RequestParse';
  readonly at: Location;
  /** As called: `JSON.parse`, `new URL`, `decodeURIComponent`. */
  readonly parser: string;
  readonly text: 'body' | 'url' | 'header' | 'missing-header';
  readonly error:
    | { readonly is: 'caught'; readonly by: Location }
    /** The library that called the handler answers with an error, and goes on. */
    | { readonly is: 'library'; readonly because: string }
    /** Nobody catches it; `where` it gets out, in the reader's words. */
    | { readonly is: 'escapes'; readonly where: string; readonly rejects: boolean; readonly at: Location }
    | { readonly is: 'unclear'; readonly why: string };
  /** Where the process listens for errors that nobody caught, and goes on. */
  readonly lastResort: Location | undefined;
  readonly trail: readonly Step[];
}
