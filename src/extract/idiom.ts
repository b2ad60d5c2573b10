import type { Code } from '../code/code.js';
import type { Thing } from '../code/value.js';
import type { McpEndpoint, Subject, WebSocketServer } from '../facts/index.js';
import type { Spots } from './chains.js';
import type { Doors, Opened } from './doors.js';
import type { CorsOptions } from './framework.js';
import type { Surface } from './surface.js';
import type { Trials } from './trials.js';

/** What an idiom may look at: the source, what the frameworks found, and the doors made of it. */
export interface Findings {
  readonly code: Code;
  readonly surface: Surface;
  readonly spots: Spots;
  readonly doors: Doors;
  readonly trials: Trials;
  readonly webSockets: readonly Opened<WebSocketServer>[];
  readonly endpoints: readonly Opened<McpEndpoint>[];
  /** The CORS policy that a library's thing sets, if it sets one. */
  corsOf(thing: Thing): CorsOptions | undefined;
  /** Whether a library's thing slows down clients that ask too often. */
  limitsPace(thing: Thing): boolean;
  /** Whether a library's thing lets through users whom it tells apart. */
  tellsUsers(thing: Thing): boolean;
}

/** One habit that no library owns. */
export interface Idiom {
  readonly id: string;
  /** Words of which one stands in every file where the habit shows: the text prefilter. None where only doors are described. */
  readonly words: readonly string[];
  read(findings: Findings): Subject[];
}
