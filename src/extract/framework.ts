import type { Code, Given } from '../code/code.js';
import type { CallModel, LibraryGate, MemberModel } from '../code/trial/library.js';
import type { Thing } from '../code/value.js';
import type { Surface } from './surface.js';

/** The options of a CORS middleware. Most answer `*` when no `origin` is given. */
export interface CorsOptions {
  readonly via: string;
  readonly options: Given;
  /** With credentials, silence and `*` mean the Origin of the request. */
  readonly reflectsWithCredentials?: boolean;
  /** Silence and `*` mean the Origin of the request, with credentials unless they are forbidden. */
  readonly reflects?: boolean;
}

/** What one library is to an audit. Its behaviour is stated here and nowhere else. */
export interface Framework {
  readonly id: string;
  /** Words of which one stands in every file that uses the library to open a door: the text prefilter. */
  readonly words: readonly string[];
  /** Adds what the library is used for to the surface. Runs in the order of the list: servers before those who ride on them. */
  read?(code: Code, surface: Surface): void;
  /** What a library object decides as middleware, by its maker; undefined when it is not this library's. */
  gateOf?(code: Code, thing: Thing): LibraryGate | undefined;
  /** The CORS policy that a thing of the library sets, and how its options are to be read. */
  corsOf?(code: Code, thing: Thing): CorsOptions | undefined;
  /** Whether a thing of the library, as middleware or plugin, slows down clients that ask too often. */
  limitsPace?(thing: Thing): boolean;
  /** Whether a thing of the library, as middleware, lets through users whom it tells apart. */
  tellsUsers?(code: Code, thing: Thing): boolean;
  /** Functions of the library, by `module path`, as they answer inside a trial. */
  readonly calls?: Readonly<Record<string, CallModel>>;
  /** Methods of its objects, by `maker#method`. */
  readonly methods?: Readonly<Record<string, CallModel>>;
  /** What its classes give to own subclasses, by `maker#member`: `this.env`. */
  readonly members?: Readonly<Record<string, MemberModel>>;
}
