/**
 * The authentication challenge of a server.
 *
 * Source: RFC 9110, section 11.6.1 (WWW-Authenticate). The header is read in one pass; text that is
 * no challenge ends the reading, and the challenges before it count.
 */

/** One challenge of a `WWW-Authenticate` header (RFC 9110, section 11.3). */
export interface Challenge {
  /** In lower case, as in `bearer`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const SPACE = /[ \t]*/y;
const BETWEEN = /[ \t,]*/y;
const TOKEN_68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const PLAIN_VALUE = /[^ \t,"]*/y;
const QUOTED = /"(?<text>(?:[^"\\]|\\.)*)"/sy;

/**
 * Returns all challenges of a header, in its order; several headers of that name joined by commas
 * are one.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = [];
  let parameters = new Map<string, string>();
  const scanner = new Scanner(header);
  for (;;) {
    scanner.take(BETWEEN);
    const word = scanner.take(TOKEN)?.toLowerCase();
    if (word === undefined) return challenges;
    scanner.take(SPACE);
    if (challenges.length > 0 && scanner.accept('=')) {
      scanner.take(SPACE);
      // The first one counts, so that nothing behind it can change what was read.
      const value = scanner.value();
      if (!parameters.has(word)) parameters.set(word, value);
    } else {
      parameters = new Map();
      challenges.push({ scheme: word, parameters });
      scanner.take(TOKEN_68);
    }
  }
}

class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Returns the match of a sticky pattern here, or `undefined` if it does not match, or matches an
   * empty text.
   */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#position += found.length;
    return found === '' ? undefined : found;
  }

  accept(character: string): boolean {
    if (this.#text[this.#position] !== character) return false;
    this.#position += 1;
    return true;
  }

  value(): string {
    const quoted = this.take(QUOTED);
    if (quoted === undefined) return this.take(PLAIN_VALUE) ?? '';
    return quoted.slice(1, -1).replaceAll(/\\(.)/gs, '$1');
  }
}
