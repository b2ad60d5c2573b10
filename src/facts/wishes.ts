/** What a user wants to see sent: an Origin (null for none), and a Host where it is not the server's own. */
export interface AskedRequest {
  readonly origin: string | null;
  readonly host?: string;
}

/** What the user vouches for, where the code cannot show it. */
export interface Vouched {
  /** Names of functions that let nobody pass without a credential. */
  readonly authentication: readonly string[];
  /** Names of functions that let no foreign Origin pass. */
  readonly originChecks: readonly string[];
  /** Origins that belong to the user: they and what lies below them may get in. */
  readonly trustedOrigins: readonly string[];
}
