import type { Departure, Exposure } from './doors.js';
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
  /**
   * What gets past middleware that bounds bodies: a body in chunks whose end it does not wait for, or one beside which a
   * small length is announced, which it believes.
   */
  readonly passes?: 'chunked' | 'announced-too';
  /** The server whose setting lets it in: one for all that read its bodies. */
  readonly cause?: Location;
}

/** A server that a client can reach, with what slows down one that asks too often. */
export interface ServedAddress {
  readonly kind: 'ServedAddress';
  /** Where the app or server is made. */
  readonly at: Location;
  readonly via: string;
  readonly exposure: Exposure;
  /** Why it is exposed as it is; the place of the listen call where there is one. */
  readonly host: Setting<string>;
  /** What limits the pace of requests or messages on the way to its doors. */
  readonly paceLimit:
    | { readonly is: 'found'; readonly at: Location; readonly name: string }
    | { readonly is: 'none' }
    | { readonly is: 'unclear'; readonly at: Location; readonly why: string };
  /** Where the only client is kept, whom the next one replaces: there is nobody else to be fair to. */
  readonly oneClient: Location | undefined;
  /** The first server of the same file without such a limit: one finding for all of them. */
  readonly cause: Location;
}

/** A stream of events that is made in one place, and whose head is written in another. */
export interface StreamBody {
  readonly kind: 'StreamBody';
  readonly at: Location;
  readonly departure: Departure;
}
