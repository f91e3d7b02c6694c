/**
 * The text between the tokens of a YAML file: white space, line breaks, indicators and comments. A
 * walk over the tokens in their order visits each character once. Positions count UTF-16 units.
 */

/** Moves through a text from token to token, and reports the comments on the way. */
export class YamlGaps {
  /** End of the last token. */
  at = 0;
  readonly #text: string;
  readonly #onComment: (start: number, end: number) => void;
  /** The first `#` at or behind `at`, if it was looked for. */
  #hash = -1;

  constructor(text: string, onComment: (start: number, end: number) => void) {
    this.#text = text;
    this.#onComment = onComment;
  }

  /** Moves on to a position; never back. */
  passTo(position: number): void {
    while (this.at < position) {
      if (this.#hash < this.at) {
        this.#hash = this.#text.indexOf('#', this.at);
        if (this.#hash < 0) this.#hash = this.#text.length;
      }
      if (this.#hash >= position) break;
      const start = this.#hash;
      this.at = start + 1;
      if (start > 0 && !isSpace(this.#text[start - 1])) continue;
      this.at = this.#endOfLine(start);
      this.#onComment(start, this.at);
    }
    this.at = Math.max(this.at, position);
  }

  /**
   * Returns the position of the next character that is no white space, no part of a comment, and
   * none of `others`. Does not move.
   */
  next(from = this.at, others = ''): number {
    let at = from;
    for (;;) {
      const sign = this.#text[at];
      if (sign === undefined) return at;
      if (sign === '#' && (at === 0 || isSpace(this.#text[at - 1]))) at = this.#endOfLine(at);
      else if (isSpace(sign) || others.includes(sign) || sign === '\uFEFF') at += 1;
      else return at;
    }
  }

  #endOfLine(from: number): number {
    let at = from;
    while (at < this.#text.length && this.#text[at] !== '\n' && this.#text[at] !== '\r') at += 1;
    return at;
  }
}

function isSpace(sign: string | undefined): boolean {
  return sign === ' ' || sign === '\n' || sign === '\r' || sign === '\t';
}
