/** Errors that say which setting a bad value came from. */

import { AssayError } from '../../../core/base/errors.ts';
import type { Settings } from '../../config/settings.ts';

const FLAG_START = /^--(?<name>[a-z-]+)/u;

/** Adds the variable or file that a bad value came from, unless the value was typed. */
export function withSettingSource(error: unknown, settings: Settings): unknown {
  if (!(error instanceof AssayError) || error.code !== 'USAGE') return error;
  const name = FLAG_START.exec(error.message)?.groups?.['name'] ?? '';
  const setting = settings.get(name);
  return setting === undefined || setting.from === 'flag'
    ? error
    : withSource(setting.where, error);
}

/** Returns the error for a value, with the variable or the place of a file that it came from. */
export function withSource(where: string, error: unknown): unknown {
  if (!(error instanceof AssayError)) return error;
  return new AssayError(error.code, `${where}: ${error.message}`, {
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}
