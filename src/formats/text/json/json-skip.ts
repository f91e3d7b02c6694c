/**
 * Passes over the rest of a list or an object of a JSON text, piece by piece, without making values
 * of it.
 */

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Only nesting and strings are followed (RFC 8259, sections 2 and 7); everything else is taken to
 * be in order.
 */
export class JsonSkip {
  /** Number of passed items. */
  itemCount = 0;
  /** Whether the bracket that closes the list or the object was passed. */
  hasEnded = false;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  /**
   * Begins where an item does. Returns the place behind the closing bracket, or the end of the
   * text.
   */
  readonly over = (text: string, from: number): { to: number; lines: number } => {
    let lines = 0;
    let at = from;
    if (from < text.length && this.itemCount === 0) this.itemCount = 1;
    for (; at < text.length && !this.hasEnded; at += 1) {
      if (this.#isInString) {
        at = this.#passString(text, at);
        continue;
      }
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) this.#isInString = true;
      else if (unit === LINE_FEED) lines += 1;
      else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) this.#depth += 1;
      else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
        this.hasEnded = this.#depth === 0;
        this.#depth -= 1;
      } else if (unit === COMMA && this.#depth === 0) this.itemCount += 1;
    }
    return { to: at, lines };
  };

  /** Returns the place of the closing quote, or of the last character. */
  #passString(text: string, from: number): number {
    let at = from;
    for (; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (this.#isEscaped) this.#isEscaped = false;
      else if (unit === BACKSLASH) this.#isEscaped = true;
      else if (unit === QUOTE) {
        this.#isInString = false;
        return at;
      }
    }
    return at - 1;
  }
}
