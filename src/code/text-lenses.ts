import type { Lens } from './text-judgement.js';

/** May a text hold a line break, and who writes it? */
export const lineBreaks: Lens = {
  asks: new Set(['client', 'tool', 'model', 'error', 'caller', 'unknown']),
  lineBreaks: true,
  mostCallers: 16,
  mostSteps: 3_000,
  washes: () => false,
  named: () => undefined,
};

const cleaning =
  /sanit|redact|scrub|mask|obfuscat|anonymi|friendly|userFacing|publicError|publicMessage|safeError|safeMessage|^(escape|hash|classify)\w*Error/i;

/** Does it hold the message or the stack of an error? */
export const errorDetails: Lens = {
  asks: new Set(['error', 'stack']),
  lineBreaks: false,
  mostCallers: 400,
  mostSteps: 3_000,
  washes: name => cleaning.test(name),
  named: () => undefined,
};

const request = /^_?(req|request|ctx|context|c|httpRequest|info|message|incoming)$/;
const masking =
  /mask|redact|sanit|obfuscat|scrub|hash|fingerprint|digest|truncat|censor|hide|preview|summar|shorten|anonymi|strip/i;

/** Does it hold a credential, or all headers of a request? `isCredential` knows the names of credentials. */
export function credentials(isCredential: (name: string) => boolean): Lens {
  return {
    asks: new Set(['credential', 'headers']),
    lineBreaks: false,
    mostCallers: 60,
    mostSteps: 400,
    washes: name => masking.test(name),
    named: path => {
      const names = path.at(-1) === 'toString' ? path.slice(0, -1) : path;
      const last = names.at(-1) ?? '';
      if (last === 'headers' && request.test(names.at(-2) ?? '')) return 'headers';
      return /^authorization$/i.test(last) || isCredential(last) ? 'credential' : undefined;
    },
  };
}
