/** The error of the codec. */

/**
 * Data that does not have the expected form. The message names the field and the value that was
 * found.
 */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /** The field, as in `results[0].inventory.packages[3].name`; empty for the whole document. */
  readonly path: string;
  readonly reason: string;

  constructor(reason: string, path = '') {
    super(`${path === '' ? 'the document' : path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }

  /** Returns the same error with `step` in front of its path. */
  within(step: string): CodecError {
    const isJoined = this.path === '' || this.path.startsWith('[');
    return new CodecError(this.reason, isJoined ? step + this.path : `${step}.${this.path}`);
  }
}
