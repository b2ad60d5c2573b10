import type { Location } from './location.js';

/** Three answers, never two: a value we cannot read is not a value that is missing. */
export type Setting<T> =
  | { readonly is: 'set'; readonly value: T; readonly at: Location }
  /** The source is silent and the library decides; `because` names the library and, where it matters, the version. */
  | {
      readonly is: 'default';
      readonly value: T;
      readonly because: string;
      /** No option changes it. */
      readonly fixed?: true;
    }
  | { readonly is: 'unclear'; readonly at: Location; readonly why: string };
