import type { Lens } from './text-judgement.js';

/** May a text hold a line break, and who writes it? */
export const lineBreaks: Lens = {
  asks: new Set(['client', 'tool', 'model', 'error']),
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
