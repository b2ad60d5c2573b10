import type { Location } from './location.js';
import type { Setting } from './setting.js';

/** A place where the body of a request is gathered in memory. */
export interface BodyReader {
  readonly kind: 'BodyReader';
  readonly at: Location;
  /** What gathers it, as written: `req.on('data')`, `express.json()`. */
  readonly via: string;
  /** Largest body that is gathered, in bytes; Infinity where nothing ends it. */
  readonly limit: Setting<number>;
  /** Own code that ends the gathering when the body gets too large. */
  readonly endedBy: Location | undefined;
}
