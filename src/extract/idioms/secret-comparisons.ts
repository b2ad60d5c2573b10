import { RequestParts } from '../../code/request-parts.js';
import { RequestTexts } from '../../code/request-texts.js';
import { comparisonsOf } from '../../code/secret-compares.js';
import type { SecretComparison } from '../../facts/index.js';
import type { Idiom } from '../idiom.js';
import { speaksOfCredentials, speaksOfOtherTokens } from './credential-words.js';

/** Challenges and headers speak of credentials, and hold none of the server's. */
const headers = /authenticate$|header$/i;

/** Secrets that are compared with what a client sends, letter by letter. */
export const secretComparisons: Idiom = {
  id: 'secret-comparisons',
  words: [],
  read({ code, spots }) {
    const texts = new RequestTexts(code, new RequestParts(code.values, fn => spots.has(fn)));
    return comparisonsOf(code, texts).flatMap(({ node, by, other }): SecretComparison[] => {
      const secret = other.findLast(
        name => speaksOfCredentials(name) && !speaksOfOtherTokens(name) && !headers.test(name),
      );
      return secret ? [{ kind: 'SecretComparison', at: code.at(node), by, secret }] : [];
    });
  },
};
