/** Patterns of users, which run in linear time (RE2), whatever they are. */

import { RE2JS } from 're2js';

import { errorMessage } from '../base/errors.ts';
import type { JsonObject } from '../format/json.ts';
import { refuse, type SecretFile } from './secret-node.ts';

/** Returns a pattern that can be compiled. @throws AssayError `CONFIG_INVALID` */
export function checkedPattern(
  file: SecretFile,
  mapping: JsonObject,
  key: string,
  pattern: string,
): string {
  try {
    RE2JS.compile(pattern);
    return pattern;
  } catch (error) {
    return refuse(file, mapping, key, `is no pattern of RE2: ${errorMessage(error)}`);
  }
}
