const bits = 1 << 15;

/**
 * Which identifiers a text may hold, in 4 KiB: a Bloom filter (https://en.wikipedia.org/wiki/Bloom_filter). Asking a
 * text for a word is then two bits instead of a search; one in some hundreds of words is claimed wrongly, which costs
 * a parse and no more.
 */
export class WordFilter {
  readonly #bits = new Uint32Array(bits >> 5);

  constructor(text: string) {
    let hash = 0;
    for (let i = 0; i <= text.length; i++) {
      const code = i < text.length ? text.charCodeAt(i) : 0;
      if (isWordCode(code)) hash = (Math.imul(hash, 31) + code) | 0;
      else if (hash !== 0) {
        this.#set(hash);
        hash = 0;
      }
    }
  }

  /** False when the identifier surely does not stand in the text. */
  mayHave(word: string): boolean {
    let hash = 0;
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i);
      // Only whole identifiers are known; about anything else nothing can be said.
      if (!isWordCode(code)) return true;
      hash = (Math.imul(hash, 31) + code) | 0;
    }
    return this.#has(hash) && this.#has(mixed(hash));
  }

  #set(hash: number): void {
    this.#mark(hash);
    this.#mark(mixed(hash));
  }

  #mark(hash: number): void {
    const bit = (hash >>> 0) % bits;
    this.#bits[bit >> 5]! |= 1 << (bit & 31);
  }

  #has(hash: number): boolean {
    const bit = (hash >>> 0) % bits;
    return (this.#bits[bit >> 5]! & (1 << (bit & 31))) !== 0;
  }
}

function mixed(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) ^ (hash >>> 12);
}

function isWordCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}
