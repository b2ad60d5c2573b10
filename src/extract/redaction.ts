import type { Code } from '../code/code.js';
import { type NamedText, namedTextsIn } from '../code/named-texts.js';
import { escaped } from '../code/texts.js';
import { meaningOf, plainNameOf } from './idioms/credential-words.js';

/*
 * Secrets that stand in the source are not repeated: a report is pasted into issues, kept by CI and sent around. What is
 * left of one tells its owner which it is, and keeps its length, so that places in a line stay where they are.
 */

/** Keys and tokens by the form their makers gave them: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns */
const known = new RegExp(
  [
    /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/,
    /\bgh[pousr]_\w{20,}/,
    /\bgithub_pat_\w{20,}/,
    /\bgl(?:pat|ptt|dt|rt|soat|agent)-[\w-]{16,}/,
    /\bxox[abeoprs]-[\w-]{10,}/,
    /\bxapp-\d-[\w-]{10,}/,
    /\bsk-(?:ant-|proj-|svcacct-|or-)?[\w-]{16,}/,
    /\b(?:sk|rk|pk|whsec)_(?:live|test)?_?[0-9A-Za-z]{16,}/,
    /\bAIza[\w-]{30,}/,
    /\bya29\.[\w.-]{20,}/,
    /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/,
    /\bnpm_[0-9A-Za-z]{30,}/,
    /\bpypi-[\w-]{30,}/,
    /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
    /\bhf_[0-9A-Za-z]{20,}/,
    /\bgsk_[0-9A-Za-z]{20,}/,
    /\bdop_v1_[0-9a-f]{32,}/,
    /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32,}/,
    /\b(?:lin_api|ntn|secret|fig[dot]+|dckr_pat|sq0[a-z]{3}|r8|pplx|tvly|xai|sbp|vercel|ops)[_-][0-9A-Za-z_-]{24,}/,
    // Name and password in an address.
    /:\/\/[^\s:@/'"`$]*:[^\s@/'"`$]{3,}(?=@)/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** What is left of a secret: enough for its owner to know it by, never half of it. */
export function masked(secret: string): string {
  const kept = secret.length >= 20 ? 4 : secret.length >= 8 ? 2 : 0;
  return secret.slice(0, kept) + secret.slice(kept).replace(/[^\r\n\u2028\u2029]/g, '*');
}

/** A text without the secrets that show by their form. */
function withoutKnown(text: string): string {
  return text.replace(known, masked);
}

/** Whether a secret is told from any word, so that it may be struck out wherever it stands. */
function isUnmistakable(secret: string): boolean {
  return secret.length >= 6 && /\d|[^\w\s-]/.test(secret);
}

/** The source of files, and all that is said of it, without the secrets in it. */
export class Redaction {
  readonly #secrets = new Set<string>();
  readonly #texts = new Map<string, string>();

  constructor(readonly code: Code) {}

  /** The text of a file, each secret in it masked: as long as the file, its lines where they were. */
  textOf(file: string): string {
    const text = this.#texts.get(file) ?? this.#masked(file);
    this.#texts.set(file, text);
    return text;
  }

  #masked(file: string): string {
    const module = this.code.program.module(file);
    if (!module) return '';
    const { text } = module.source;
    let result = '';
    let at = 0;
    for (const named of namedTextsIn(module)) {
      for (const { from, to } of secretsIn(named, text.slice(named.start, named.end))) {
        const secret = text.slice(named.start + from, named.start + to);
        if (isUnmistakable(secret)) this.#secrets.add(secret);
        result += text.slice(at, named.start + from) + masked(secret);
        at = named.start + to;
      }
    }
    return withoutKnown(result + text.slice(at));
  }

  /** Data in which no string repeats a secret of a file that was asked for. */
  without<T>(data: T): T {
    const found = [...this.#secrets].sort((a, b) => b.length - a.length);
    const pattern = new RegExp([...found.map(escaped), known.source].join('|'), 'g');
    const visit = (value: unknown): unknown => {
      if (typeof value === 'string') return value.replace(pattern, masked);
      if (Array.isArray(value)) return value.map(visit);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, key === 'file' ? each : visit(each)]));
    };
    return visit(data) as T;
  }
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** The secret parts of one text as it is written: all of it by its name, else what looks like nothing but chance. */
function secretsIn({ name, isCompared, text }: NamedText, written: string): Stretch[] {
  if (name !== undefined && isSecretName(name, isCompared, text) && isSecretValue(text, name)) {
    const scheme = /^(?:bearer|basic|token|apikey)\s+/i.exec(written)?.[0].length ?? 0;
    return scheme < written.length ? [{ from: scheme, to: written.length }] : [];
  }
  return [...written.matchAll(/[\w+/=~.-]{20,}/g)]
    .flatMap(({ 0: run, index }) =>
      [...run.matchAll(/[^/.]{20,}/g)].map(part => ({ at: index + part.index, word: part[0] })),
    )
    .filter(({ word }) => looksRandom(word))
    .map(({ at, word }) => ({ from: at, to: at + word.length }));
}

/** By its name; where that may also be the name of a key in a list, only what no list would hold. */
function isSecretName(name: string, isCompared: boolean, text: string): boolean {
  const meaning = meaningOf(name.replace(/s$/i, ''));
  return meaning === 'credential' || (meaning === 'perhaps' && isCompared && /\d|\s/.test(text));
}

/** Names of headers, parameters and variables, kinds, addresses and sentences are told where a secret could be. */
const noSecret =
  /^(?:bearer|basic|digest|token|apikey|string|number|boolean|undefined|object|null|none|header|query|cookie)\s*$|^x-[\w-]+$|^https?:\/\/|^\/|\s\S+\s\S+\s/i;

function isSecretValue(text: string, name: string): boolean {
  if (text.length < 3 || noSecret.test(text) || plainNameOf(text) === plainNameOf(name)) return false;
  const isName = /^[A-Z][A-Z0-9_]*$|^[a-z]+(?:_[a-z]+)+$|^[a-z]+(?:[A-Z][a-z]+)+$/.test(text);
  return !(isName && meaningOf(text) === 'credential');
}

/** Whether letters and digits come as by chance: keys do, words and names do not. */
function looksRandom(word: string): boolean {
  if (/^[0-9a-f]{32,}$/i.test(word)) return new Set(word.toLowerCase()).size >= 8;
  if (!/\d/.test(word) || !/[A-Za-z]/.test(word)) return false;
  const inWords = (word.match(/[a-z]{4,}|[A-Z]{4,}/g) ?? []).join('').length;
  return inWords < word.length * 0.4 && bitsOf(word) >= 3.5 && !/^[\w]+(?:[-_.][\d]+)+$/.test(word);
}

/** Shannon entropy in bits per character. */
function bitsOf(word: string): number {
  const counts = new Map<string, number>();
  for (const sign of word) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / word.length) * Math.log2(count / word.length), 0);
}
