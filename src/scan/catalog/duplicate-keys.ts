/**
 * Keys that one object of a JSON document contains twice. Readers differ in which one counts, so
 * the other may hold packages that are not reported.
 */

import type { JsonDocument } from '../../formats/text/json/json.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/** Adds a gap for each of the first few. */
export function reportDuplicateKeys(
  { duplicateKeys }: Pick<JsonDocument, 'duplicateKeys'>,
  result: CatalogBuilder,
): void {
  for (const { key, line } of duplicateKeys) {
    result.unreadableRow(key, { reason: 'a key that is given twice; the last one was read', line });
  }
}
