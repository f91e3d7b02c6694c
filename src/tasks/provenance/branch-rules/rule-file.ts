/** A file with exported rules, and the error that names it. */

import type { AssayError } from '../../../core/base/errors.ts';

/** The file that rules are read from. */
export interface RuleFile {
  /** The name that the user gave. */
  readonly name: string;
  /** Returns the error of code `CONFIG_INVALID`. `reason` is a clause. */
  refuse(reason: string, hint?: string): AssayError;
}
