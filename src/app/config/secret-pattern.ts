/** Patterns of users, which run in linear time (RE2), whatever they are. */

import { RE2JS } from 're2js';

import { errorMessage } from '../../core/base/errors.ts';
import type { JsonObject } from '../../formats/text/json/json.ts';
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
    return refuse(file, mapping, key, `is not a pattern of RE2: ${errorMessage(error)}`);
  }
}

/** Refuses a group that the pattern of a rule does not have. @throws AssayError `CONFIG_INVALID` */
export function checkGroup(
  file: SecretFile,
  rule: JsonObject,
  key: string,
  { pattern, group }: { readonly pattern: string; readonly group: string | number | undefined },
): void {
  if (group === undefined) return;
  const compiled = RE2JS.compile(pattern);
  const isThere =
    typeof group === 'number'
      ? group <= compiled.groupCount()
      : Object.hasOwn(compiled.namedGroups(), group);
  if (!isThere) refuse(file, rule, key, `is "${group}", and the pattern has no such group`);
}
