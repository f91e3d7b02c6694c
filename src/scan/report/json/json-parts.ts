/**
 * Parts of JSON texts, for writers that put them together because an object for each of many
 * findings takes longer. All of them are safe to be shown in a terminal.
 */

import { safeJson } from '../../../core/base/json-text.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';

/** Text that needs no escape in JSON, which nearly all of it does not. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** Returns a text in JSON. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : jsonOf(text);
}

/** Returns a value in JSON. */
export function jsonOf(value: Json): string {
  return safeJson(JSON.stringify(value));
}

/** Returns the members of an object, each with a comma behind it; empty for none. */
export function members(value: { readonly [key: string]: Json | undefined }): string {
  const text = jsonOf(value).slice(1, -1);
  return text === '' ? '' : `${text},`;
}
