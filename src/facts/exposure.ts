import type { Location, Step } from './location.js';

/** A URL without TLS that the program connects to for MCP, for a socket, or with a credential. */
export interface PlainUrl {
  readonly kind: 'PlainUrl';
  readonly at: Location;
  readonly scheme: 'ws' | 'http';
  /** `foreign`: a constant name on the internet; `own`: this machine or a private network; `configured`: not constant. */
  readonly host: 'foreign' | 'own' | 'configured';
  readonly name: string | undefined;
  readonly trail: readonly Step[];
}

/** A secret that is compared with what a client sends, in a time that tells how much of it is right. */
export interface SecretComparison {
  readonly kind: 'SecretComparison';
  readonly at: Location;
  /** As written: `===`, `includes`. */
  readonly by: string;
  readonly secret: string;
}
