import { isUnknown, type V } from './domain.js';
import type { Machine } from './machine.js';

/** How a part of the request travels, by the key of its unknown. */
const secretCarriers: readonly (readonly [RegExp, string])[] = [
  [/header\.protocol/, 'subprotocol'],
  [/^(.*[(`,])?header\./, 'custom-header'],
  [/query\./, 'query'],
  [/request\.(url|path)/, 'path'],
  [/request\.(body|chunk)|message\d/, 'body'],
];

/** Names of parameters, headers and properties that carry a credential. */
export const credentialName =
  /^(x-)?((access|auth|api|bearer|id|secret|client|session|shared|bridge|mcp|admin|app|jwt|hub|otp|login|launch|user)[-_]?)*(tokens?|keys?|secrets?|password|passwd|pwd|passphrase|jwt|apikey|auth|authorization|credentials?|signature|hmac|sig|ticket|otp|pin|nonce)$/i;

/** A stranger's part of the request is held against a secret: it does not match. Notes how it travelled. */
export function lacksSecret(machine: Machine, values: readonly V[]): false {
  for (const v of values) {
    const key = isUnknown(v) && v.unknown === 'request' ? v.key : '';
    const [, carrier] = secretCarriers.find(([pattern]) => pattern.test(key)) ?? [];
    if (carrier) machine.carriers.add(carrier);
  }
  return false;
}
