/** What a parameter's name says: surely a credential, one where its use agrees, or something else. */
export type Meaning = 'credential' | 'perhaps' | 'other';

const credentials =
  /^(token|secret|passwords?|passwd|pwd|passphrase|jwt|bearer|credentials?|apikey|apitoken|apisecret|authkey|accesskey|(access|auth|api|session|bearer|refresh|id)token|(client|api|app)secret|ticket|otp)$/;
/** What makes a key one that opens something. */
const keyOwners =
  /^(api|access|auth|secret|private|master|admin|server|service|app|license|licence|subscription|signing|webhook|bridge|mcp|encryption|security)$/;
/**
 * Tokens that grant nothing: places in a list, budgets of a model, halves of a handshake, proofs of being human, coins,
 * what a webhook sends back to show that it listens (https://learn.microsoft.com/graph/change-notifications-delivery-webhooks).
 */
const harmlessTokens =
  /^(page|next|prev|previous|continue|continuation|cursor|sync|resume|scroll|offset|start|end|first|last|max|min|total|num|count|budget|limit|input|output|prompt|completion|csrf|xsrf|captcha|recaptcha|hcaptcha|turnstile|oauth|state|progress|cancel|cancellation|confirm|confirmation|validation|change|device|push|base|quote|reserve|sell|buy|from|to|in|out|erc20|crypto|contract|nft|gas|swap|design|special|stop|bos|eos|pad)$/;

/** The meaning of a name in any spelling: `api_key`, `apiKey`, `X-Api-Key`. */
export function meaningOf(name: string): Meaning {
  const words = wordsOf(name);
  const last = words.at(-1) ?? '';
  const before = words.at(-2);
  if (last === 'key')
    return before === undefined ? 'perhaps' : words.some(word => keyOwners.test(word)) ? 'credential' : 'other';
  if (!credentials.test(last))
    return /^(auth|authorization|k|pin|passcode)$/.test(words.join('')) ? 'perhaps' : 'other';
  return last === 'token' && before !== undefined && harmlessTokens.test(before) ? 'other' : 'credential';
}

/** Whether a name in code speaks of credentials, of their comparison or of their verification. */
export function speaksOfCredentials(name: string): boolean {
  if (meaningOf(name) === 'credential' || name === 'KEY') return true;
  return /auth(?!or(s|_|[A-Z]|$))|credential|secret|api_?key|bearer|(verif|valid|check|safe|timing).*(key|token|equal|compare)/i.test(
    name,
  );
}

/** What is said of coins, and of places in a list. */
const ofOthers = /^(address|symbol|ticker|mint|price|balance|quote|pair|holders|decimals|cursor)$/;

/** Whether a name in code speaks of tokens that are no credentials: `pageToken`, `tokenAddress`, `cursor`. */
export function speaksOfOtherTokens(name: string): boolean {
  const words = wordsOf(name);
  const isOther = (word: string, i: number): boolean =>
    word === 'token' && (harmlessTokens.test(words[i - 1] ?? '') || ofOthers.test(words[i + 1] ?? ''));
  return ofOthers.test(words.at(-1) ?? '') || words.some(isOther);
}

/** One spelling for the aliases of a name. */
export function plainNameOf(name: string): string {
  return wordsOf(name).join('');
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '' && word !== 'x');
}
